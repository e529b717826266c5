import {
  createServer,
  STATUS_CODES,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Log } from './log.ts';

/** A listener that was started, and how to end it. */
export interface Listening {
  url: URL;
  /** End at once, with every connection. */
  close: () => Promise<void>;
  /** Take no more calls, let those in flight end for at most so many ms, then end. */
  drain: (atMost: number) => Promise<void>;
}

/**
 * Listen on `host` (default loopback) and `port` (default a free one); slow requests end in 408.
 * `::` is every address, of IPv4 too; Node takes 0.0.0.0 in its place where there is no IPv6.
 */
export async function listen(
  listener: RequestListener,
  { port = 0, host = '127.0.0.1', log }: { port?: number; host?: string; log?: Log },
): Promise<Listening> {
  const server = createServer(
    {
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      // by default Node looks every thirty seconds, so that ten become forty
      connectionsCheckingInterval: 2_000,
      insecureHTTPParser: false,
      // a request without one is refused by guard.ts, which logs it
      requireHostHeader: false,
    },
    listener,
  );
  logUnreadable(server, log);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, ...(host !== '::' && { host }) }, resolve);
  });
  const address = server.address() as AddressInfo;
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  const ended = () => new Promise<void>((resolve) => server.close(() => resolve()));
  return {
    url: new URL(`http://${name}:${address.port}`),
    close: () => {
      const closed = ended();
      server.closeAllConnections();
      return closed;
    },
    drain: async (atMost) => {
      const timer = setTimeout(() => server.closeAllConnections(), atMost);
      await ended();
      clearTimeout(timer);
    },
  };
}

/** Statuses of what Node's parser refuses; everything else is 400. */
const statuses: Record<string, number> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** Answer and log what never becomes a request: broken framing, CONNECT, an unknown expectation. */
function logUnreadable(server: Server, log?: Log): void {
  /** The request that each connection waits for the answer of. */
  const open = new Map<Duplex, { request: IncomingMessage; response: ServerResponse }>();
  server.prependListener('request', (request, response) => {
    open.set(request.socket, { request, response });
    response.once('close', () => open.delete(request.socket));
  });
  /** Whether what is written now would be read as the answer of an earlier request, or within it. */
  const isTaken = (socket: Duplex): boolean => {
    const { request, response } = open.get(socket) ?? {};
    return request?.complete === true || response?.headersSent === true;
  };
  const end = (socket: Duplex, status: number, reason: string): void => {
    log?.({ status, reason });
    if (socket.writable && !isTaken(socket)) {
      socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\n\r\n`);
    }
    socket.destroy();
  };
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const code = error.code ?? '';
    if (/^(HPE|ERR_HTTP)_/.test(code)) end(socket, statuses[code] ?? 400, code);
    else socket.destroy();
  });
  server.on('connect', (_, socket) => end(socket, 405, 'CONNECT'));
  server.on('checkExpectation', (_, response) => {
    log?.({ status: 417, reason: 'an unknown expectation' });
    response.writeHead(417).end();
  });
}
