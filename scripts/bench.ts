import { parseArgs } from 'node:util';
import { startTarget, type Measured, type Running } from './bench/load.ts';
import { measureSite } from './bench/site.ts';
import { starts, type TargetId } from './bench/targets.ts';
import { main, Mistake } from './lib/main.ts';

const help = `npm run bench [-- --seconds N] [--rounds N] [--json]   measure planes, site build and PDF on this machine

Each round measures every plane once, in turn; medians of the rounds are shown. Compare figures of
one run only: another run has another machine, or other work on it.
example: npm run bench -- --seconds 10 --rounds 5`;

const median = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const positive = (value: string, flag: string): number => {
  if (/^[1-9]\d{0,2}$/.test(value)) return Number(value);
  throw new Mistake(`--${flag} ${value}: write a whole number from 1 to 999`);
};

async function measurePlanes(seconds: number, rounds: number) {
  const running: Running[] = [];
  const measured = new Map<TargetId, Measured[]>();
  try {
    for (const id of Object.keys(starts) as TargetId[]) running.push(await startTarget(id));
    for (const target of running) await target.measure(Math.min(seconds, 2));
    for (let round = 1; round <= rounds; round += 1) {
      for (const target of running) {
        if (process.stderr.isTTY)
          process.stderr.write(`\r\x1b[Kround ${round}/${rounds} ${target.id}`);
        const one = await target.measure(seconds);
        measured.set(target.id, [...(measured.get(target.id) ?? []), one]);
      }
    }
  } finally {
    await Promise.all(running.map((target) => target.close()));
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  }
  return [...measured].map(([id, all]) => ({
    plane: id,
    requestsPerSecond: Math.round(median(all.map((one) => one.requestsPerSecond))),
    p50: median(all.map((one) => one.p50)),
    p99: median(all.map((one) => one.p99)),
    cpuPerRequest: Number(median(all.map((one) => one.cpuPerRequest)).toFixed(2)),
  }));
}

await main(async () => {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '5' },
      rounds: { type: 'string', default: '3' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return console.log(help);
  if (process.platform !== 'linux')
    throw new Mistake('npm run bench reads CPU time as Linux has it');
  const planes = await measurePlanes(
    positive(values.seconds, 'seconds'),
    positive(values.rounds, 'rounds'),
  );
  if (!values.json) console.table(planes);
  const site = await measureSite();
  if (values.json) return console.log(JSON.stringify({ planes, site }, null, 2));
  console.table(site);
});
