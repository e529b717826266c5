import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';

const running = new Set<ChildProcess>();
process.once('exit', stopChildren);

/** What lets Linux end a program with its parent, even with one that is killed. */
const setpriv = '/usr/bin/setpriv';
const tied = existsSync(setpriv) ? [setpriv, '--pdeathsig', 'KILL'] : [];

/** Start a program in a process group of its own, so that it and its children end with this one. */
export function start(command: string, args: string[], options: SpawnOptions = {}): ChildProcess {
  const whole = [command, ...args];
  // a program that is not there has to be missed by its own name
  const [program = '', ...rest] =
    isAbsolute(command) && existsSync(command) ? [...tied, ...whole] : whole;
  const child = spawn(program, rest, { detached: true, ...options });
  running.add(child);
  child.once('exit', () => running.delete(child));
  child.once('error', () => running.delete(child));
  return child;
}

/** Run a program to its end and return what it printed; it never reads standard input. */
export function run(
  command: string,
  args: string[],
  options: SpawnOptions & { timeoutMs?: number } = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  const child = start(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => err.push(chunk));
  const timer = setTimeout(() => stop(child), options.timeoutMs ?? 600_000);
  return new Promise((resolve, reject) => {
    child.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      const stderr = Buffer.concat(err).toString();
      resolve({
        code: code ?? 1,
        stdout: Buffer.concat(out).toString(),
        stderr: signal === null ? stderr : `${stderr}${command} was ended by ${signal}\n`,
      });
    });
  });
}

/** End one child and everything it started. */
export function stop(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** End every child that still runs. */
export function stopChildren(): void {
  for (const child of running) stop(child);
  running.clear();
}
