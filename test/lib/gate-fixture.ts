import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import type { Stage } from '../../patterns/gate/stage.ts';
import { startAuthorizationServer } from '../../patterns/reference-server/authorization-server.ts';
import { startReferenceServer } from '../../patterns/reference-server/reference-server.ts';
import { scopes, toolScopes } from '../../patterns/reference-server/subjects.ts';
import type { Options } from '../../patterns/token-authentication/options.ts';
import { tokenAuthentication } from '../../patterns/token-authentication/token-authentication.ts';

/** Write bytes to a socket as they are and return all that comes back until it closes. */
export function sendBytes(url: URL, bytes: string | Buffer, giveUpMs = 10_000): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(Number(url.port), url.hostname, () => socket.write(bytes));
    socket.setTimeout(giveUpMs, () => socket.destroy(new Error(`open after ${giveUpMs} ms`)));
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') reject(error);
    });
    socket.once('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
  });
}

/** Write a request from its lines, with the length of its body and an end to the connection. */
export function requestText(lines: string[], body: string | Buffer = ''): Buffer {
  const bytes = Buffer.from(body);
  const head = [...lines, `Content-Length: ${bytes.length}`, 'Connection: close', '', ''];
  return Buffer.concat([Buffer.from(head.join('\r\n'), 'latin1'), bytes]);
}

/** The status of an answer's first line; 0 when the connection closed without one. */
export function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);
}

/** A tools/call of MCP 2026-07-28 as text. */
export function toolCall(name: string, values: Record<string, unknown> = {}): string {
  const params = { name, arguments: values, _meta: meta };
  return JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params });
}

const meta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
};

/** The header fields that a tools/call of MCP 2026-07-28 carries. */
export function mcpHeaders(name: string, token?: string): Record<string, string> {
  return {
    accept: 'application/json, text/event-stream',
    'content-type': 'application/json',
    'mcp-protocol-version': '2026-07-28',
    'mcp-method': 'tools/call',
    'mcp-name': name,
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
}

/** A request as a server behind the gate received it. */
export interface Received {
  method: string;
  url: string;
  headers: [name: string, value: string][];
  body: string;
}

/** Start a server that records what reaches it and answers as told; ends with the test. */
export async function startRecorder(
  t: { after(end: () => unknown): void },
  answer: (request: IncomingMessage, response: ServerResponse) => void = (_request, response) =>
    response.end('{}'),
): Promise<{ url: URL; received: Received[] }> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', rawHeaders } = request;
      const headers: [string, string][] = [];
      for (let i = 0; i < rawHeaders.length; i += 2) {
        headers.push([rawHeaders[i] ?? '', rawHeaders[i + 1] ?? '']);
      }
      received.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
      answer(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return { url: new URL(`http://127.0.0.1:${port}/mcp`), received };
}

/** Start the reference server behind token authentication, with its issuer; ends with the test. */
export async function startProtected(
  t: { after(end: () => unknown): void },
  change: Partial<Options> = {},
  issuerOptions: { fetch?: typeof fetch } = {},
) {
  const resources: string[] = [];
  const stages: Stage[] = [];
  const issuer = await startAuthorizationServer({ resources, ...issuerOptions });
  t.after(() => issuer.close());
  const server = await startReferenceServer({ stages });
  t.after(() => server.close());
  resources.push(change.resource ?? server.url.href);
  stages.push(
    tokenAuthentication({
      resource: server.url.href,
      issuer: issuer.issuer,
      jwksUri: issuer.jwksUri,
      algorithms: ['ES256'],
      scopes,
      tools: toolScopes,
      ...change,
    }),
  );
  const call = async (tool: string, values: Record<string, unknown>, token?: string) => {
    const headers = mcpHeaders(tool, token);
    const body = toolCall(tool, values);
    const response = await fetch(server.url, { method: 'POST', headers, body });
    const challenge = response.headers.get('www-authenticate') ?? '';
    return {
      status: response.status,
      challenge,
      headers: response.headers,
      text: await response.text(),
    };
  };
  return { issuer, server, call, resources };
}
