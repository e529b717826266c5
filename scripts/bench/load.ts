import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import autocannon from 'autocannon';
import { start } from '../lib/children.ts';
import { Mistake } from '../lib/main.ts';
import type { Ready } from './target.ts';
import type { TargetId } from './targets.ts';

/** One measurement of one target. */
export interface Measured {
  requestsPerSecond: number;
  /** Latency in ms. */
  p50: number;
  p99: number;
  /** CPU time of the target and all that it started, in ms for each request. */
  cpuPerRequest: number;
}

const ticksPerSecond = 100;

/** A target that is up. */
export interface Running {
  id: TargetId;
  /** Send the same legitimate call over 16 connections for some seconds. */
  measure: (seconds: number) => Promise<Measured>;
  close: () => Promise<void>;
}

/** Start a target in a process of its own. */
export async function startTarget(id: TargetId): Promise<Running> {
  const child = start(process.execPath, [join(import.meta.dirname, 'target.ts'), id], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  if (child.stdout === null || child.pid === undefined) throw new Mistake(`${id} did not start`);
  const { pid } = child;
  let ready: Ready | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    ready = JSON.parse(line) as Ready;
    break;
  }
  if (ready === undefined) throw new Mistake(`${id} ended before it was ready`);
  const { url, path, headers, body, tls } = ready;
  return {
    id,
    measure: async (seconds) => {
      const before = cpuTime(pid);
      const result = await autocannon({
        url: url + path,
        method: 'POST',
        headers,
        body,
        connections: 16,
        duration: seconds,
        ...(tls !== undefined && { servername: tls.servername, tlsOptions: { ca: tls.ca } }),
      });
      const answered = result['2xx'];
      if (answered === 0 || result.non2xx + result.errors + result.timeouts > 0) {
        const bad = `${result.non2xx} refused, ${result.errors} errors, ${result.timeouts} timeouts`;
        throw new Mistake(`${id}: ${answered} answered, ${bad}: nothing to compare`);
      }
      return {
        requestsPerSecond: result.requests.average,
        p50: result.latency.p50,
        p99: result.latency.p99,
        cpuPerRequest: ((cpuTime(pid) - before) / ticksPerSecond / answered) * 1000,
      };
    },
    // it ends by itself when its input does, and then ends what it has started
    close: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.stdin?.end();
      }),
  };
}

/** CPU ticks that a process and all its descendants have used (proc(5), stat fields 14 and 15). */
function cpuTime(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  const own = Number(fields[11]) + Number(fields[12]);
  const tasks = readdirSync(`/proc/${pid}/task`);
  const children = tasks.flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim().split(' ').filter(Boolean),
  );
  return children.reduce((sum, child) => sum + cpuTime(Number(child)), own);
}
