import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Start a published server that is not ours: it speaks 2025-11-25, knows no authorization, and
 * given a port would listen on every address. So it gets a socket, and loopback leads there.
 */
export async function startPublishedServer(): Promise<{ url: URL; close(): void }> {
  const folder = mkdtempSync(join(tmpdir(), 'mcp-'));
  const path = join(folder, 'server.sock');
  const entry = createRequire(import.meta.url).resolve(
    '@modelcontextprotocol/server-everything/dist/index.js',
  );
  const child = spawn(process.execPath, [entry, 'streamableHttp'], {
    env: { PORT: path },
    stdio: 'ignore',
  });
  const loopback = createServer((socket) => {
    const server = connect(path);
    socket.pipe(server).pipe(socket);
    socket.on('error', () => server.destroy());
    server.on('error', () => socket.destroy());
  });
  const close = (): void => {
    child.kill('SIGKILL');
    loopback.close();
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', close);
  for (const giveUp = Date.now() + 20_000; !existsSync(path); await delay(20)) {
    if (child.exitCode === null && Date.now() < giveUp) continue;
    close();
    throw new Error('the published server did not start');
  }
  await new Promise<void>((resolve) => loopback.listen(0, '127.0.0.1', resolve));
  const { port } = loopback.address() as AddressInfo;
  return { url: new URL(`http://127.0.0.1:${port}/mcp`), close };
}
