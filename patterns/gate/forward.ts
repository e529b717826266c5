import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { Inner } from './guard.ts';
import { rpcError } from './refusal.ts';

/** Fields that belong to one connection (RFC 9110 §7.6.1), beside those that `Connection` names. */
const hopByHop = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/** How long a server may take to accept a connection, and then to begin its answer, in ms. */
const connectTimeout = 5_000;
const answerTimeout = 120_000;

/**
 * Pass a request on to another server, byte for byte, and its answer back as it arrives. A client
 * that goes away ends the request upstream, which is how MCP cancels. One connection per request:
 * nothing that one request leaves behind can be read as the beginning of the next.
 */
export function forward(upstream: URL): Inner {
  return ({ headers, body }, response) =>
    new Promise((resolve) => {
      const outgoing = httpRequest(upstream, { method: 'POST', agent: false });
      for (const [name, value] of headers) outgoing.appendHeader(name, value);
      outgoing.setHeader('content-length', body.length);
      let timer = setTimeout(() => fail(504, 'the server does not answer'), connectTimeout);
      outgoing.on('socket', (socket) =>
        socket.once('connect', () => {
          clearTimeout(timer);
          timer = setTimeout(() => fail(504, 'the server does not answer'), answerTimeout);
        }),
      );
      outgoing.on('response', (answer) => {
        clearTimeout(timer);
        response.writeHead(answer.statusCode ?? 502, endToEnd(answer));
        response.flushHeaders();
        answer.pipe(response);
        answer.on('error', () => response.destroy());
      });
      outgoing.on('error', () => fail(502, 'the server behind the gate cannot be reached'));
      response.on('close', () => {
        clearTimeout(timer);
        outgoing.destroy();
        resolve();
      });
      outgoing.end(body);

      function fail(status: number, message: string): void {
        outgoing.destroy();
        if (response.headersSent || response.destroyed) {
          response.destroy();
          return;
        }
        const answer = rpcError(status, -32603, message);
        response.writeHead(answer.status, answer.headers).end(answer.body);
      }
    });
}

function endToEnd(answer: IncomingMessage): string[] {
  const named = (answer.headers.connection ?? '').toLowerCase().split(/\s*,\s*/);
  const dropped = new Set([...hopByHop, ...named]);
  const kept: string[] = [];
  for (let i = 0; i < answer.rawHeaders.length; i += 2) {
    const [name, value] = answer.rawHeaders.slice(i, i + 2) as [string, string];
    if (!dropped.has(name.toLowerCase())) kept.push(name, value);
  }
  return kept;
}
