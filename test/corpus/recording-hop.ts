import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Call } from '../../patterns/reference-server/journal.ts';
import type { Effects } from '../surfaces/server.ts';

/** Stands between a plane and a server that is not ours, and writes down what arrives. */
export class RecordingHop implements Effects {
  readonly calls: Call[] = [];
  /** Names of the header fields of every request that arrived, in lower case. */
  readonly fields = new Set<string>();
  /** Requests that arrived, of any method. */
  requests = 0;
  readonly #listener;

  constructor(upstream: URL) {
    this.#listener = createServer((incoming, response) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => {
        const body = Buffer.concat(chunks);
        const { method } = incoming;
        this.#note(Object.keys(incoming.headers), body.toString());
        // on loopback a server may know itself only by the address at which it listens
        const headers = { ...incoming.headers, host: upstream.host };
        const onward = request(upstream, { method, headers, agent: false }, (answer) => {
          response.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(response);
        });
        onward.on('error', (error) => response.writeHead(502).end(error.message));
        response.on('close', () => onward.destroy());
        onward.end(body);
      });
    });
  }

  async listen(host = '127.0.0.1'): Promise<URL> {
    await new Promise<void>((resolve) => this.#listener.listen(0, host, resolve));
    const { port } = this.#listener.address() as AddressInfo;
    return new URL(`http://${host}:${port}/mcp`);
  }

  clear(): void {
    this.calls.length = 0;
    this.fields.clear();
    this.requests = 0;
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#listener.close(() => resolve());
      this.#listener.closeAllConnections();
    });
  }

  /** Every message counts that reads or changes something, whatever the server makes of it. */
  #note(fields: string[], body: string): void {
    this.requests += 1;
    for (const field of fields) this.fields.add(field);
    const { method, params = {} } = JSON.parse(body || '{}') as {
      method?: string;
      params?: { name?: string; arguments?: Record<string, unknown> };
    };
    if (method === undefined || handshake.includes(method)) return;
    this.calls.push({ tool: params.name ?? method, arguments: params.arguments ?? {} });
  }
}

const handshake = ['initialize', 'notifications/initialized'];
