import type { Operation, ServerTarget } from '../surfaces/server.ts';
import { readResponse } from './json-rpc.ts';
import { fieldValues, type RawAnswer, type RawRequest } from './raw-http.ts';

type Speak = ServerTarget['speak'];
type Fields = [name: string, value: string][];

/** Speak MCP 2026-07-28: mirrored headers, and what the client is in `_meta`. */
export const speakModern: Speak = ({ method, params }) => {
  const name = (params['name'] ?? params['uri']) as string | undefined;
  return {
    headers: [
      ['MCP-Protocol-Version', '2026-07-28'],
      ['Mcp-Method', method],
      ...(name === undefined ? [] : [['Mcp-Name', name] as [string, string]]),
    ],
    meta: {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 'corpus', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': {},
    },
  };
};

/** A POST of one message with a token, to the endpoint itself. */
export function post(url: URL, token: string, message: object, more: Fields = []): RawRequest {
  return {
    method: 'POST',
    target: url.pathname,
    headers: [
      ['Host', url.host],
      ['Accept', 'application/json, text/event-stream'],
      ['Content-Type', 'application/json'],
      ['Authorization', `Bearer ${token}`],
      ...more,
    ],
    body: JSON.stringify({ jsonrpc: '2.0', ...message }),
  };
}

/** Send an operation as a client of some protocol version does. */
export function ask(url: URL, token: string, operation: Operation, speak: Speak): RawRequest {
  const { headers, meta } = speak(operation);
  const params = { ...operation.params, ...(meta && { _meta: meta }) };
  return post(url, token, { id: 1, method: operation.method, params }, headers);
}

/** How a server of an older revision is spoken to after the handshake. */
export interface Handshake {
  version: string;
  /** It gave the conversation an id, and asks for it in every request. */
  session: boolean;
  speak: Speak;
}

/** Shake hands as clients of 2025-11-25 do; returns the answer when it is no handshake. */
export async function shakeHands(
  url: URL,
  token: string,
  send: (request: RawRequest) => Promise<RawAnswer>,
): Promise<Handshake | { answer: RawAnswer }> {
  const params = {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'corpus', version: '1' },
  };
  const answer = await send(post(url, token, { id: 0, method: 'initialize', params }));
  const version = readResponse(answer)?.result?.['protocolVersion'];
  if (typeof version !== 'string') return { answer };
  const [session] = fieldValues(answer.headers, 'mcp-session-id');
  const spoken: Fields = [
    ['MCP-Protocol-Version', version],
    ...(session === undefined ? [] : [['Mcp-Session-Id', session] as [string, string]]),
  ];
  await send(post(url, token, { method: 'notifications/initialized' }, spoken));
  return {
    version,
    session: session !== undefined,
    speak: () => ({ headers: spoken.map(([name, value]) => [name, value]) }),
  };
}
