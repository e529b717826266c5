import { request as httpRequest, type IncomingMessage } from 'node:http';
import { causeOf } from './cause.ts';
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
const answerTimeout = 300_000;

/**
 * Pass a request on to another server, byte for byte, and its answer back as it arrives. A client
 * that goes away ends the request upstream, which is how MCP cancels. One connection per request:
 * nothing that one request leaves behind can be read as the beginning of the next.
 */
export function forward(upstream: URL): Inner {
  return ({ headers, body, message: { id } }, response, answerInstead) =>
    new Promise((resolve) => {
      if (response.destroyed) return resolve();
      const outgoing = httpRequest(upstream, { method: 'POST', agent: false });
      for (const [name, value] of headers) outgoing.appendHeader(name, value);
      outgoing.setHeader('content-length', body.length);
      let cause: string | undefined;
      let timer = setTimeout(giveUp, connectTimeout);
      outgoing.on('socket', (socket) =>
        socket.once('connect', () => {
          clearTimeout(timer);
          timer = setTimeout(giveUp, answerTimeout);
        }),
      );
      outgoing.on('response', (answer) => {
        clearTimeout(timer);
        answer.on('error', () => response.destroy());
        try {
          response.writeHead(answer.statusCode ?? 0, endToEnd(answer));
        } catch (error) {
          cause = causeOf(error);
          outgoing.destroy();
          return;
        }
        response.flushHeaders();
        answer.pipe(response);
      });
      outgoing.on('error', (error) => {
        cause ??= causeOf(error);
        outgoing.destroy();
      });
      outgoing.on('close', () => fail(502, 'the server behind the gate gave no answer'));
      response.on('close', () => {
        clearTimeout(timer);
        outgoing.destroy();
        resolve();
      });
      outgoing.end(body);

      function giveUp(): void {
        fail(504, 'the server behind the gate takes too long');
        outgoing.destroy();
      }

      function fail(status: number, text: string): void {
        if (response.headersSent || response.destroyed) return;
        answerInstead({ ...rpcError(status, -32603, text, {}, id), cause });
      }
    });
}

function endToEnd(answer: IncomingMessage): string[] {
  const named = (answer.headers.connection ?? '').toLowerCase().split(/\s*,\s*/);
  const dropped = new Set([...hopByHop, ...named]);
  if (answer.headers['transfer-encoding'] !== undefined) dropped.add('content-length');
  const kept: string[] = [];
  for (let i = 0; i < answer.rawHeaders.length; i += 2) {
    const [name, value] = answer.rawHeaders.slice(i, i + 2) as [string, string];
    if (!dropped.has(name.toLowerCase())) kept.push(name, value);
  }
  return kept;
}
