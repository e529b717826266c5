import { mkdtempSync, existsSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { start, stop } from '../../scripts/lib/children.ts';
import type { ServerTarget } from '../surfaces/server.ts';

/** A published server that is not ours: speaks 2025-11-25 with sessions, knows no authorization. */
export const everythingPackage = '@modelcontextprotocol/server-everything';

/**
 * Which of its tools read, write and destroy. It destroys nothing that lasts; what stands for it
 * switches logging. `get-env` prints every environment variable of the server: no scope opens it.
 */
export const operations: ServerTarget['operations'] = {
  write: call('gzip-file-as-resource', { name: 'a.gz', data: 'data:text/plain,a' }),
  read: call('get-sum', { a: 1, b: 2 }),
  destroy: call('toggle-simulated-logging', {}),
  resource: {
    method: 'resources/read',
    params: { uri: 'demo://resource/static/document/features.md' },
  },
  unlisted: call('get-env', {}),
};

/** The scopes under which it is protected. */
export const tools = {
  'get-sum': 'models:read',
  'gzip-file-as-resource': 'models:deploy',
  'toggle-simulated-logging': 'models:delete',
};

function call(name: string, values: Record<string, unknown>) {
  return { method: 'tools/call', params: { name, arguments: values } };
}

/** Start it on a Unix socket: given a TCP port, it would listen on every address. */
export async function startEverythingServer(): Promise<{ socket: string; close: () => void }> {
  const folder = mkdtempSync(join(tmpdir(), 'everything-'));
  const socket = join(folder, 'mcp.sock');
  const entry = createRequire(import.meta.url).resolve(`${everythingPackage}/dist/index.js`);
  const child = start(process.execPath, [entry, 'streamableHttp'], {
    env: { PORT: socket },
    stdio: 'ignore',
  });
  const close = (): void => {
    stop(child);
    rmSync(folder, { recursive: true, force: true });
  };
  for (const giveUp = Date.now() + 20_000; !existsSync(socket); await delay(20)) {
    if (child.exitCode === null && Date.now() < giveUp) continue;
    close();
    throw new Error(`${everythingPackage} did not start`);
  }
  return { socket, close };
}
