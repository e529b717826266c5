import { startReferenceServer } from '../../patterns/reference-server/reference-server.ts';
import { versionOf } from '../corpus/version-of.ts';
import { operations, tools } from '../planes/reference-operations.ts';
import type { RunServer } from './server.ts';

const sdk = '@modelcontextprotocol/server';

/** The reference server as `--legacy` starts it: 2026-07-28, and 2025-11-25 without sessions. */
export const referenceLegacy: RunServer = {
  id: 'reference-legacy',
  title: 'The reference server with --legacy, in TypeScript',
  component: () => Promise.resolve({ name: sdk, version: versionOf(sdk) }),
  versions: ['2026-07-28', '2025-11-25'],
  operations,
  tools,
  start: () => startReferenceServer({ legacy: true }),
};
