import { existsSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { start, stop } from '../../scripts/lib/children.ts';
import { envoy } from '../../scripts/tools/envoy.ts';
import type { Node } from './gateway-manifests.ts';

/** An Envoy that is up. */
export interface Envoy {
  /** The port of the Gateway's one listener. */
  port: number;
  admin: (path: string) => Promise<Node>;
  /** What it has written of requests, a line each. */
  accessLog: () => string[];
  /** Hold it still, and let it go on. */
  pause: () => void;
  resume: () => void;
  close: () => Promise<void>;
}

/** Start Envoy, and wait until its listener has all that it needs; `folder` takes its log. */
export async function startEnvoy(bootstrap: string, folder: string): Promise<Envoy> {
  const log = join(folder, 'envoy.log');
  const adminFile = join(folder, 'admin');
  rmSync(adminFile, { force: true });
  const args = ['-c', bootstrap, '--concurrency', '1', '--admin-address-path', adminFile];
  const quiet = ['--disable-hot-restart', '--log-level', 'warning', '--log-path', log];
  // what it writes of requests it else keeps for ten seconds
  const flush = ['--file-flush-interval-msec', '50'];
  const requests = join(folder, 'stdout');
  const child = start(await envoy(), [...args, ...quiet, ...flush], {
    stdio: ['ignore', openSync(requests, 'a'), openSync(join(folder, 'stderr'), 'w')],
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const pause = () => void child.kill('SIGSTOP');
  const resume = () => void child.kill('SIGCONT');
  const close = async () => {
    stop(child);
    await ended;
  };
  const admin = async (path: string): Promise<Node> => {
    const answer = await fetch(`http://${readFileSync(adminFile, 'utf8').trim()}${path}`);
    return (await answer.json()) as Node;
  };
  const accessLog = () => readFileSync(requests, 'utf8').split('\n').slice(0, -1);
  try {
    for (const until = Date.now() + 30_000; Date.now() < until; await delay(50)) {
      if (child.exitCode !== null) throw new Error(`Envoy ended: ${lastWords(folder)}`);
      const port = existsSync(adminFile) ? await listeningPort(admin) : undefined;
      if (port !== undefined) return { port, admin, accessLog, pause, resume, close };
    }
    throw new Error(`Envoy was not ready within 30 s: ${lastWords(folder)}`);
  } catch (error) {
    await close();
    throw error;
  }
}

async function listeningPort(admin: Envoy['admin']): Promise<number | undefined> {
  const { state } = await admin('/server_info').catch(() => ({ state: 'starting' }));
  if (state !== 'LIVE') return undefined;
  const { listener_statuses: listeners = [] } = (await admin('/listeners?format=json')) as {
    listener_statuses?: {
      name: string;
      local_address: { socket_address: { port_value: number } };
    }[];
  };
  // the other one tells Kubernetes that Envoy is ready; its name holds no slash
  const gateway = listeners.find(({ name }) => name.includes('/'));
  return gateway?.local_address.socket_address.port_value;
}

function lastWords(folder: string): string {
  const words = ['stderr', 'envoy.log']
    .map((name) => join(folder, name))
    .filter((path) => existsSync(path))
    .flatMap((path) => readFileSync(path, 'utf8').trim().split('\n').slice(-2));
  return words.join(' ');
}
