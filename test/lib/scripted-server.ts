import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after } from 'node:test';

/** A request as the server got it. */
export interface Got {
  at: number;
  /** What every `Authorization` holds, or an empty string. */
  authorization: string;
  target: string;
  method: string;
  tool?: string;
}

/** An answer in place of the ordinary one. */
export interface Scripted {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

/**
 * Start an MCP server that answers 2026-07-28 and executes every call, except where `script` says
 * otherwise. What it got is written down.
 */
export async function startScripted(
  script: (got: Got, incoming: IncomingMessage) => Scripted | undefined = () => undefined,
  tools: object[] = [reads],
): Promise<{ url: URL; got: Got[] }> {
  const got: Got[] = [];
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const { id, method, params } = JSON.parse(Buffer.concat(chunks).toString()) as {
        id: number;
        method: string;
        params?: { name?: string };
      };
      const authorization = (incoming.headersDistinct['authorization'] ?? []).join(', ');
      const request = { at: Date.now(), authorization, target: incoming.url ?? '', method };
      got.push({ ...request, ...(params?.name && { tool: params.name }) });
      const results: Record<string, object> = {
        'tools/list': { tools },
        'tools/call': { content: [{ type: 'text', text: 'done' }] },
      };
      const result = results[method];
      const answer = result === undefined ? { error: unknownMethod } : { result };
      const {
        status,
        headers = {},
        body = '',
      } = script(request, incoming) ?? {
        status: result === undefined ? 404 : 200,
        body: JSON.stringify({ jsonrpc: '2.0', id, ...answer }),
      };
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  after(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return { url: new URL(`http://127.0.0.1:${port}/mcp`), got };
}

const unknownMethod = { code: -32601, message: 'Method not found' };

/** Tools as a server lists them. */
export const reads = { name: 'read', annotations: { readOnlyHint: true }, inputSchema: {} };
export const needsArguments = {
  name: 'search',
  annotations: { readOnlyHint: true },
  inputSchema: { required: ['query'] },
};
export const writes = { name: 'write', annotations: { readOnlyHint: false }, inputSchema: {} };
export const saysNothing = { name: 'silent', inputSchema: {} };
