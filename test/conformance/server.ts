import type { RequestListener } from 'node:http';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { localhostHostValidation, localhostOriginValidation } from '@modelcontextprotocol/node';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { guard } from '../../patterns/gate/guard.ts';
import { inProcess } from '../../patterns/gate/in-process.ts';
import { listen } from '../../patterns/gate/listen.ts';
import type { Stage } from '../../patterns/gate/stage.ts';
import { addContent } from './content.ts';
import { addQuestions, state } from './questions.ts';

const info = { name: 'conformance', version: '1.0.0' };
const capabilities = {
  tools: { listChanged: true },
  prompts: { listChanged: true },
  resources: {},
  completions: {},
  logging: {},
};

/**
 * Start a server that has everything that the conformance suite asks for, and no control; beside
 * 127.0.0.1 it does as in a pod, and does not ask by which name it is called. With `stages`, which
 * may still grow, they stand before it in this process.
 */
export async function startConformanceServer(
  host = '127.0.0.1',
  stages?: readonly Stage[],
): Promise<{ url: URL; close: () => Promise<void> }> {
  const mcp = createMcpHandler(
    () => {
      const server = new McpServer(info, {
        capabilities,
        requestState: { verify: (...args) => state.verify(...args) },
      });
      addContent(server, () => mcp.notify);
      addQuestions(server);
      return server;
    },
    { legacy: 'reject' },
  );
  const handler = toNodeHandler(mcp);
  const hostAllowed = localhostHostValidation();
  const originAllowed = localhostOriginValidation();
  const open: RequestListener = (incoming, response) => {
    if (host === '127.0.0.1' && !hostAllowed(incoming, response)) return;
    if (originAllowed(incoming, response)) void handler(incoming, response);
  };
  const guarded = stages && guard(stages, inProcess(handler, '/mcp'));
  const listening = await listen(guarded ?? open, { host });
  return {
    url: new URL('/mcp', listening.url),
    close: async () => {
      await listening.close();
      await mcp.close();
    },
  };
}
