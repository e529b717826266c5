import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { run as runTests } from 'node:test';
import type { TestEvent } from 'node:test/reporters';
import { parseArgs } from 'node:util';
import { run } from './lib/children.ts';
import { describe, main, Mistake } from './lib/main.ts';
import { relative, root } from './lib/paths.ts';
import { readyFirst } from './lib/ready-first.ts';
import { steps, type Step } from './steps.ts';
import { obtain } from './tools/obtain.ts';
import { missingPrerequisites } from './tools/prerequisites.ts';
import { takeOverProgress } from './tools/progress.ts';

const help = `npm test [-- <pattern|plane|check> …]   run every check, or only those named

example: npm test -- token-authentication
named:   ${[...new Set(steps.flatMap((step) => [step.id, ...(step.of ?? [])]))].join(' ')}`;

/** What ends the tests that run when this process does. */
const interrupted = new AbortController();
process.once('exit', () => interrupted.abort());

interface Count {
  passed: number;
  failed: number;
  skipped: number;
  /** What a reader needs to see: problems, failed tests. */
  output: string;
}

/** Run a check script: it passes or it does not. */
async function runCheck(args: string[]): Promise<Count> {
  const { code, stdout, stderr } = await run(process.execPath, args, { cwd: root });
  if (code === 0) return { passed: 1, failed: 0, skipped: 0, output: '' };
  return { passed: 0, failed: 1, skipped: 0, output: stdout + stderr };
}

/** Run files of tests and count each test; a file without tests is a failure. */
async function runTestFiles(files: string[]): Promise<Count> {
  const count: Count = { passed: 0, failed: 0, skipped: 0, output: '' };
  const silent = new Set(files);
  const noise: string[] = [];
  const events: AsyncIterable<TestEvent> = runTests({
    files,
    concurrency: 2,
    timeout: 900_000,
    signal: interrupted.signal,
  });
  for await (const event of events) {
    if (event.type === 'test:stderr') noise.push(event.data.message);
    if (event.type !== 'test:pass' && event.type !== 'test:fail') continue;
    const { name, file, line, skip, details } = event.data;
    if (details.type === 'suite') continue;
    // a file that declares no test, or crashes before, is itself reported as one
    if (event.type === 'test:pass' && file === name) continue;
    silent.delete(file ?? '');
    if (skip !== undefined) {
      count.skipped += 1;
      count.output += `  not run here: ${name}: ${String(skip)}\n`;
    } else if (event.type === 'test:pass') count.passed += 1;
    else {
      count.failed += 1;
      const error = event.data.details.error as Error & { cause?: Error };
      const why = (error.cause?.message ?? error.message).replaceAll('\n', '\n    ');
      count.output += `  ${relative(file ?? '')}:${line ?? 1}: ${name}\n    ${why}\n`;
    }
  }
  for (const file of silent) {
    count.failed += 1;
    count.output += `  ${relative(file)}: no test ran\n`;
  }
  if (count.failed > 0) count.output += noise.join('');
  return count;
}

/** Give each test file to the step with the longest matching name; one that none takes is a mistake. */
function testFiles(): Map<string, string[]> {
  const taken = new Map<string, string[]>();
  for (const file of globSync('test/**/*.test.ts', { cwd: root }).sort()) {
    const name = basename(file);
    const begins = steps.map(({ tests }) => tests ?? '').filter((b) => b && name.startsWith(b));
    const begin = begins.sort((a, b) => b.length - a.length)[0];
    if (begin === undefined) throw new Mistake(`${file} belongs to no step: see scripts/steps.ts`);
    taken.set(begin, [...(taken.get(begin) ?? []), join(root, file)]);
  }
  for (const { id, tests } of steps) {
    if (tests !== undefined && !taken.has(tests)) throw new Mistake(`step ${id} has no test file`);
  }
  return taken;
}

/** Choose the steps that a selection names; an unknown name is a mistake. */
function choose(names: string[], quick: boolean): Step[] {
  if (quick) return steps.filter((step) => step.quick);
  if (names.length === 0) return steps;
  for (const name of names) {
    if (!steps.some((step) => step.id === name || step.of?.includes(name))) {
      throw new Mistake(`nothing is called "${name}": npm test -- --help lists what can be named`);
    }
  }
  return steps.filter((step) => names.some((name) => step.id === name || step.of?.includes(name)));
}

await main(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { help: { type: 'boolean', short: 'h' }, quick: { type: 'boolean' } },
  });
  if (values.help) return console.log(help);
  const chosen = choose(positionals, values.quick ?? false);
  const missing = missingPrerequisites(values.quick ? 'start' : 'test');
  if (missing.length > 0) {
    throw new Mistake(
      missing.map((m) => `${m.name} is missing (${m.why}): ${m.install}`).join('\n'),
    );
  }
  const files = chosen.some((step) => step.tests) ? testFiles() : new Map<string, string[]>();
  // programs in Go that live for seconds: memory is cheaper for them than time
  process.env['GOGC'] ??= '400';
  const building = takeOverProgress();
  const obtained = obtain(new Set(chosen.flatMap((step) => step.needs ?? [])));
  const waiting = 'waiting for what is being built';
  const began = Date.now();
  const show = process.stderr.isTTY && process.env['CI'] === undefined;
  const sum = { passed: 0, failed: 0, skipped: 0 };
  const doing = new Set<string>();
  const line = () =>
    [
      `${doing.size > 0 ? `still running: ${[...doing].join(', ')}` : waiting}, ${Math.round((Date.now() - began) / 1000)} s`,
      building(),
    ]
      .filter(Boolean)
      .join(' | ');
  const ticker = show
    ? setInterval(() => process.stderr.write(`\r\x1b[K${line()}`), 1000)
    : setInterval(() => console.log(line()), 30_000);
  const runStep = async (step: Step, ready: Promise<unknown>): Promise<void> => {
    const started = Date.now();
    const place = `${String(chosen.indexOf(step) + 1).padStart(2)}/${chosen.length}`;
    const running = `${place.trim()} ${step.id}`;
    doing.add(running);
    const count = await ready.then(
      () =>
        step.tests === undefined
          ? runCheck(step.run ?? [])
          : runTestFiles(files.get(step.tests) ?? []),
      (error: unknown) => ({ passed: 0, failed: 1, skipped: 0, output: `  ${describe(error)}` }),
    );
    doing.delete(running);
    if (show) process.stderr.write('\r\x1b[K');
    sum.passed += count.passed;
    sum.failed += count.failed;
    sum.skipped += count.skipped;
    const state = count.failed === 0 ? 'ok  ' : 'FAIL';
    const took = ((Date.now() - started) / 1000).toFixed(1).padStart(6);
    const tally = step.tests === undefined ? '' : ` (${count.passed})`;
    console.log(`${place} ${state} ${took} s  ${step.id.padEnd(22)} ${step.title}${tally}`);
    if (count.output !== '') console.log(count.output.trimEnd());
  };
  const queue = readyFirst(chosen, obtained);
  const lane = async (): Promise<void> => {
    for await (const { step, ready } of queue) await runStep(step, ready);
  };
  // a step waits for others about half of its time
  await Promise.all(Array.from({ length: availableParallelism() + 1 }, lane));
  clearInterval(ticker);
  console.log(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
  if (sum.failed > 0) process.exitCode = 1;
});
