import { toNodeHandler } from '@modelcontextprotocol/node';
import { localhostHostValidation, localhostOriginValidation } from '@modelcontextprotocol/node';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { listen } from '../../patterns/gate/listen.ts';
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
 * 127.0.0.1 it does as in a pod, and does not ask by which name it is called.
 */
export async function startConformanceServer(
  host = '127.0.0.1',
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
  const listening = await listen(
    (incoming, response) => {
      if (host === '127.0.0.1' && !hostAllowed(incoming, response)) return;
      if (originAllowed(incoming, response)) void handler(incoming, response);
    },
    { host },
  );
  return {
    url: new URL('/mcp', listening.url),
    close: async () => {
      await listening.close();
      await mcp.close();
    },
  };
}
