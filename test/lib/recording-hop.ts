import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Call } from '../../patterns/reference-server/journal.ts';

/** Stands between a plane and a server that is not ours, and writes down what arrives. */
export interface RecordingHop {
  url: URL;
  calls: Call[];
  close: () => Promise<void>;
}

/** Listen on loopback and pass everything on to a server behind a Unix socket. */
export async function startRecordingHop(socketPath: string): Promise<RecordingHop> {
  const calls: Call[] = [];
  const listener = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const body = Buffer.concat(chunks);
      calls.push(...effectsOf(body.toString()));
      const { method, url: path, headers } = incoming;
      const onward = request({ socketPath, method, path, headers, agent: false }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      onward.on('error', (error) => response.writeHead(502).end(error.message));
      response.on('close', () => onward.destroy());
      onward.end(body);
    });
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as AddressInfo;
  return {
    url: new URL(`http://127.0.0.1:${port}/mcp`),
    calls,
    close: () =>
      new Promise((resolve) => {
        listener.close(() => resolve());
        listener.closeAllConnections();
      }),
  };
}

/** Every message counts that reads or changes something, whatever the server makes of it. */
function effectsOf(body: string): Call[] {
  const { method, params = {} } = JSON.parse(body || '{}') as {
    method?: string;
    params?: { name?: string; arguments?: Record<string, unknown> };
  };
  if (method === undefined || handshake.includes(method)) return [];
  return [{ tool: params.name ?? method, arguments: params.arguments ?? {} }];
}

const handshake = ['initialize', 'notifications/initialized'];
