import type { RequestListener } from 'node:http';
import { createMcpHandler } from '@modelcontextprotocol/server';
import {
  localhostHostValidation,
  localhostOriginValidation,
  toNodeHandler,
} from '@modelcontextprotocol/node';
import { guard } from '../gate/guard.ts';
import { inProcess } from '../gate/in-process.ts';
import { listen } from '../gate/listen.ts';
import type { Stage } from '../gate/stage.ts';
import { Journal } from './journal.ts';
import { createModelServer } from './mcp-server.ts';

/**
 * Start the model-operations server (MCP 2026-07-28). With `stages`, which may still grow, they
 * stand before it in this process; without, nothing does. `legacy` also answers 2025-11-25.
 */
export async function startReferenceServer(
  options: {
    port?: number;
    host?: string;
    stages?: readonly Stage[];
    legacy?: boolean;
    journal?: Journal;
    path?: string;
  } = {},
): Promise<{ url: URL; journal: Journal; close: () => Promise<void> }> {
  const { host = '127.0.0.1', path = '/mcp', stages, journal = new Journal() } = options;
  const mcp = createMcpHandler(() => createModelServer(journal), {
    legacy: options.legacy === true ? 'stateless' : 'reject',
  });
  const handler = toNodeHandler(mcp);
  const inner = inProcess(handler, path);
  const originAllowed = localhostOriginValidation();
  const hostAllowed = localhostHostValidation();
  const isLoopback = host === '127.0.0.1' || host === '::1' || host === 'localhost';
  const open: RequestListener = (incoming, response) => {
    const [pathname] = (incoming.url ?? '').split('?');
    if (pathname === '/healthz') response.writeHead(200).end('ok\n');
    else if (pathname !== path) response.writeHead(404).end('not found\n');
    else if (isLoopback && !hostAllowed(incoming, response)) return;
    else if (originAllowed(incoming, response)) void handler(incoming, response);
  };
  const listening = await listen(stages === undefined ? open : guard(stages, inner, path), options);
  return {
    url: new URL(path, listening.url),
    journal,
    close: async () => {
      await listening.close();
      await mcp.close();
    },
  };
}
