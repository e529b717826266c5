import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { faultsFile, type FaultsFile } from '../evidence/evidence.ts';
import { readFaults } from '../evidence/read.ts';
import { release } from '../test/corpus/version-of.ts';
import type { Fault } from '../test/faults/fault.ts';
import { run } from './lib/children.ts';
import { loadFaults } from './lib/faults.ts';
import { describe, main, Mistake } from './lib/main.ts';
import { root } from './lib/paths.ts';
import { createScratch, type Scratch } from './lib/scratch.ts';

const help = `npm run faults [-- --fast] [--record] [<id> …]   seed each fault and see its check go red

--fast     only faults whose check takes under two seconds, for a run after those checks: whether
           they are green without the fault is not asked
--record   write the rate and today's date to evidence/faults.json; with the ids of faults that
           were missed then, write which of them are noticed now
example: npm run faults -- unwired-fence`;

const recordFile = join(root, 'evidence', 'faults.json');

/** The command line of a check: a script as it is, a test file under node:test. */
function command({ check, only }: Pick<Fault, 'check' | 'only'>): string[] {
  const args = check.split(' ');
  if (!args[0]?.endsWith('.test.ts')) return args;
  return ['--test', ...(only === undefined ? [] : [`--test-name-pattern=${only}`]), ...args];
}

async function runCheck(scratch: Scratch, fault: Fault): Promise<{ code: number; output: string }> {
  const { code, stdout, stderr } = await run(process.execPath, command(fault), {
    cwd: scratch.folder,
    env: { ...scratch.env, NO_COLOR: '1', NODE_TEST_CONTEXT: undefined },
  });
  return { code, output: stdout + stderr };
}

/** Seed one fault and say what is wrong with how its check took it; nothing when it was noticed. */
async function seed(scratch: Scratch, fault: Fault): Promise<string | undefined> {
  let restore: () => void;
  try {
    restore = scratch.edit([fault, ...(fault.also ?? [])]);
  } catch (error) {
    return `it cannot be seeded: ${describe(error)}`;
  }
  try {
    const { code, output } = await runCheck(scratch, fault);
    if (code === 0) return `${fault.check} stayed green`;
    if (output.includes(fault.says)) return undefined;
    const last = output.trim().split('\n').slice(-3).join(' | ');
    return `${fault.check} went red without saying "${fault.says}": ${last}`;
  } finally {
    restore();
  }
}

/** What an earlier run says, with faults that it missed run again. */
function addTo({ seeded, noticed, again, missed }: FaultsFile, run: Fault[], missedNow: string[]) {
  const mended = run.map(({ id }) => id).filter((id) => !missedNow.includes(id));
  const still = missed.filter((id) => !mended.includes(id));
  return { seeded, noticed, again: [...again, ...mended], missed: still };
}

await main(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h' },
      fast: { type: 'boolean' },
      record: { type: 'boolean' },
    },
  });
  if (values.help) return console.log(help);
  const all = await loadFaults();
  const unknown = positionals.find((id) => !all.some((fault) => fault.id === id));
  if (unknown !== undefined) throw new Mistake(`no fault is called "${unknown}"`);
  const chosen = all.filter((fault) =>
    positionals.length > 0 ? positionals.includes(fault.id) : !values.fast || fault.fast,
  );
  if (chosen.length === 0) throw new Mistake('no fault was chosen');
  if (values.record && values.fast) throw new Mistake('--record is of all faults, not of --fast');
  const earlier = values.record && positionals.length > 0 ? readFaults(root) : undefined;
  const settled = positionals.find((id) => earlier && !earlier.missed.includes(id));
  if (settled !== undefined) {
    throw new Mistake(`evidence/faults.json does not say that "${settled}" was missed`);
  }

  const began = Date.now();
  const queue = [...chosen];
  const missed: string[] = [];
  const green = new Map<string, Promise<boolean>>();
  let done = 0;
  const worker = async () => {
    const scratch = createScratch();
    for (let fault = queue.shift(); fault !== undefined; fault = queue.shift()) {
      const check = command(fault).join(' ');
      // a check that is red before the fault proves nothing; the fast ones npm test runs itself
      if (!values.fast && !green.has(check)) {
        green.set(
          check,
          runCheck(scratch, fault).then(({ code }) => code === 0),
        );
      }
      const wrong =
        (await green.get(check)) === false
          ? `${check} is red before the fault is seeded`
          : await seed(scratch, fault);
      done += 1;
      const seconds = Math.round((Date.now() - began) / 1000);
      const place = `${String(done).padStart(3)}/${chosen.length} ${String(seconds).padStart(4)} s`;
      console.log(`${place}  ${wrong === undefined ? 'noticed' : 'MISSED '}  ${fault.id}`);
      if (wrong !== undefined) {
        console.log(`    ${wrong}`);
        missed.push(fault.id);
      }
    }
    scratch.remove();
  };
  // a check waits for others about half of its time
  await Promise.all(Array.from({ length: availableParallelism() + 1 }, worker));
  const killed = chosen.length - missed.length;
  console.log(`${killed} of ${chosen.length} seeded faults noticed`);
  if (values.record) {
    const date = new Date().toISOString().slice(0, 10);
    const whole = { seeded: all.length, noticed: killed, again: [], missed };
    const counted = earlier === undefined ? whole : addTo(earlier, chosen, missed);
    const record = faultsFile.parse({ date, release: release(), ...counted });
    writeFileSync(recordFile, `${JSON.stringify(record, null, 2)}\n`);
  }
  if (missed.length > 0) process.exitCode = 1;
});
