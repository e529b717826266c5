import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A listener that was started, and how to end it. */
export interface Listening {
  url: URL;
  /** End at once, with every connection. */
  close: () => Promise<void>;
  /** Take no more calls, let those in flight end for at most so many ms, then end. */
  drain: (atMost: number) => Promise<void>;
}

/** Listen on `host` (default loopback) and `port` (default a free one); slow requests end in 408. */
export async function listen(
  listener: RequestListener,
  { port = 0, host = '127.0.0.1' }: { port?: number; host?: string },
): Promise<Listening> {
  const server = createServer(
    { headersTimeout: 10_000, requestTimeout: 30_000, insecureHTTPParser: false },
    listener,
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
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
