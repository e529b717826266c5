import { once } from 'node:events';
import { closeSync, existsSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChildProcess } from 'node:child_process';
import { run, start, stop } from '../../scripts/lib/children.ts';
import { onPath } from '../../scripts/tools/on-path.ts';

/** Where the programs of a cluster run, and what ends them, whatever ends this process. */
export interface Place {
  /** A folder of its own, which goes with the place. */
  folder: string;
  /** Why it is no namespace of its own; nothing where it is one. */
  shared?: string;
  /** A command as it is run there. */
  command(program: string, args: string[]): [string, string[]];
  /** Begin a program whose output goes to a file. */
  begin(program: string, args: string[], log: string): ChildProcess;
  port(preferred: number): Promise<number>;
  stop(): Promise<void>;
}

/** As long as its standard input is open, the namespaces live; then all that runs in them ends. */
const untilClosed =
  'ip link set lo up && echo ready; cat > /dev/null; kill -9 -1; rm -rf "$1" || { sleep 1; rm -rf "$1"; }';
const namespaces = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];

/** A network, mount and process namespace of its own where this machine allows it, else loopback. */
export async function openPlace(): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'cluster-'));
  const missing = ['unshare', 'nsenter', 'ip'].filter((name) => onPath(name) === undefined);
  if (missing.length > 0) return loopback(folder, `${missing.join(', ')} not found`);
  const root = process.getuid?.() === 0 ? [] : ['--map-root-user'];
  const holder = start('unshare', [...root, ...namespaces, 'sh', '-c', untilClosed, 'sh', folder], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const ended = once(holder, 'exit');
  let said = '';
  holder.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const ready = once(holder.stdout as NodeJS.ReadableStream, 'data').then(() => true);
  if (!(await Promise.race([ready, ended.then(() => false)]))) {
    const why = said.trim().split('\n')[0] || 'unshare ended';
    return loopback(folder, `no namespace of its own (${why}): run as root`);
  }
  const at = (name: string) => `/proc/${holder.pid}/ns/${name}`;
  const enter = [
    ...(root.length > 0 ? [`--user=${at('user')}`, '--preserve-credentials'] : []),
    ...[`--net=${at('net')}`, `--pid=${at('pid_for_children')}`],
  ];
  const command = (program: string, args: string[]): [string, string[]] => [
    'nsenter',
    [...enter, program, ...args],
  ];
  return {
    folder,
    command,
    begin: (program, args, log) => {
      const [entered, all] = command(program, args);
      return withLog(log, (file) => start(entered, all, { stdio: ['ignore', file, file] }));
    },
    port: (preferred) => Promise.resolve(preferred),
    stop: async () => {
      holder.stdin?.end();
      await ended;
    },
  };
}

/** Programs on this machine's own loopback; each ends when this process does. */
export function loopback(folder: string, why: string): Place {
  const script =
    'exec 3<&0; "$@" 3<&- & child=$!; { cat <&3 > /dev/null; kill -9 $child; } & wait $child';
  const begun: ChildProcess[] = [];
  return {
    folder,
    shared: why,
    command: (program, args) => [program, args],
    begin: (program, args, log) => {
      const child = withLog(log, (file) =>
        start('sh', ['-c', script, 'sh', program, ...args], { stdio: ['pipe', file, file] }),
      );
      begun.push(child);
      return child;
    },
    port: freePort,
    stop: async () => {
      const ends = begun.filter(({ exitCode }) => exitCode === null).map((c) => once(c, 'exit'));
      begun.forEach(stop);
      await Promise.all(ends);
      rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    },
  };
}

function withLog(log: string, begin: (file: number) => ChildProcess): ChildProcess {
  const file = openSync(log, 'a');
  try {
    return begin(file);
  } finally {
    closeSync(file);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Whether the folder of a place is still there. */
export const isLeft = (place: Place): boolean => existsSync(place.folder);

/** Run a program in a place to its end. */
export async function runIn(place: Place, program: string, args: string[], options = {}) {
  const [entered, all] = place.command(program, args);
  return run(entered, all, options);
}
