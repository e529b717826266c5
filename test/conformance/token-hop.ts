import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Start a hop on loopback that adds a token to every request: the suite can send none. */
export async function startTokenHop(
  target: URL,
  token: string,
): Promise<{ url: URL; close: () => Promise<void> }> {
  const server = createServer((incoming, response) => {
    const headers = [...incoming.rawHeaders, 'Authorization', `Bearer ${token}`];
    const { method, url: path } = incoming;
    const { hostname: host, port } = target;
    const options = { host, port, path, method, headers, setHost: false, agent: false };
    const onward = request(options, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      response.flushHeaders();
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: new URL(target.pathname, `http://127.0.0.1:${port}`),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
