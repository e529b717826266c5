import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What is wrong with a part: nothing, gone, too slow to wait for, or talking nonsense. */
export type Fault = 'none' | 'killed' | 'slow' | 'garbage';

/** Stands before one part of a plane and breaks it when told, while the part itself stays up. */
export class FaultyHop {
  fault: Fault = 'none';
  readonly #listener;
  readonly #held = new Set<ServerResponse>();

  readonly upstream: URL;
  constructor(upstream: URL) {
    this.upstream = upstream;
    this.#listener = createServer((incoming, response) => this.#answer(incoming, response));
  }

  async listen(host = '127.0.0.1'): Promise<URL> {
    await new Promise<void>((resolve) => this.#listener.listen(0, host, resolve));
    const { port } = this.#listener.address() as AddressInfo;
    return new URL(this.upstream.pathname, `http://${host}:${port}`);
  }

  /** Mend the part; what it held back ends without an answer. */
  mend(): void {
    this.fault = 'none';
    for (const response of this.#held) response.destroy();
    this.#held.clear();
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#listener.close(() => resolve());
      this.#listener.closeAllConnections();
    });
  }

  #answer(incoming: IncomingMessage, response: ServerResponse): void {
    if (this.fault === 'killed') return void incoming.socket.destroy();
    if (this.fault === 'slow') return void this.#held.add(response);
    if (this.fault === 'garbage') {
      return void response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Hello</h1>');
    }
    const target = new URL(incoming.url ?? '/', this.upstream);
    const { method, headers } = incoming;
    const onward = request(target, { method, headers, agent: false }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    incoming.pipe(onward);
  }
}
