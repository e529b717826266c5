import { startPublishedServer } from '../../patterns/token-authentication/published-server.ts';
import { versionOf } from '../corpus/version-of.ts';
import { everythingPackage, operations, tools } from '../planes/everything-server.ts';
import type { RunServer } from './server.ts';

/** The example server of the protocol's project: 2025-11-25 with sessions, and nothing newer. */
export const everything: RunServer = {
  id: 'everything',
  title: 'The protocol project’s example server, in TypeScript',
  component: () =>
    Promise.resolve({ name: everythingPackage, version: versionOf(everythingPackage) }),
  versions: ['2025-11-25'],
  operations,
  tools,
  start: startPublishedServer,
};
