import { createServer, request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Via } from './raw-http.ts';

/**
 * Start a hop on loopback at the side of a client that is not ours: it leads to a public address
 * where that is reached here, and adds a token to every request of a client that can send none.
 */
export async function startClientHop(
  target: URL,
  { token, via }: { token?: string; via?: Via | undefined },
): Promise<{ url: URL; close: () => Promise<void> }> {
  const { hostname, port } = target;
  const where = via
    ? { host: '127.0.0.1', servername: hostname, ...via }
    : { host: hostname, port: Number(port) };
  const server = createServer((incoming, response) => {
    const { method, url: path, headers: fields } = incoming;
    // what a client says on purpose goes on as it is
    const own = incoming.headers.host === `127.0.0.1:${ownPort()}`;
    const headers: Record<string, string | string[] | undefined> = { ...fields };
    if (own) headers['host'] = target.host;
    if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
    const request = via ? requestTls : requestPlain;
    const onward = request({ ...where, path, method, headers, agent: false }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      response.flushHeaders();
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    incoming.pipe(onward);
  });
  const ownPort = () => (server.address() as AddressInfo).port;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: new URL(target.pathname, `http://127.0.0.1:${ownPort()}`),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
