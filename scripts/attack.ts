import { parseArgs } from 'node:util';
import { attacks, groups } from '../test/attacks/index.ts';
import { exchange, matrix, verdictOf } from '../test/corpus/matrix.ts';
import { problemsOf, runCorpus, type Case } from '../test/corpus/run-corpus.ts';
import { writeRunRecord } from '../test/corpus/run-record.ts';
import { planes } from '../test/planes/index.ts';
import { attackServer, ofServer, serverHelp } from './lib/attack-server.ts';
import { main, Mistake } from './lib/main.ts';

const help = `npm run attack [-- <options>]   send every attack and its twin to every plane

--plane <id>     only this plane: ${planes.map(({ id }) => id).join(', ')}
--group <id>     only this group: ${Object.keys(groups).join(', ')}
--attack <id>    only this attack
-v, --verbose    show each exchange, its twin and the answers
--json           verdicts for a program
example: npm run attack -- --plane typescript --attack wrong-audience -v

${serverHelp}`;

/** Find what a flag names; what is not there is a mistake that lists what is. */
function choose<Item>(flag: string, all: Record<string, Item>, id: string | undefined): Item[] {
  if (id === undefined) return Object.values(all);
  const item = Object.hasOwn(all, id) ? all[id] : undefined;
  if (item !== undefined) return [item];
  throw new Mistake(`no ${flag} is called "${id}": there are ${Object.keys(all).join(', ')}`);
}

const byId = <Item extends { id: string }>(items: readonly Item[]): Record<string, Item> =>
  Object.fromEntries(items.map((item) => [item.id, item]));

/** What a program reads of a case. */
function summary(done: Case): object {
  const { plane, attack, trial } = done;
  return {
    plane: plane.id,
    attack: attack.id,
    verdict: verdictOf(done),
    ...(trial && { status: trial.attack.status, reason: trial.attack.reason }),
    problems: problemsOf(done),
  };
}

/** Tell how far a run is: one changing line on a terminal, one line for each plane elsewhere. */
function progress(total: number): (done: Case) => void {
  let count = 0;
  return ({ plane, attack }) => {
    count += 1;
    const text = `${count} of ${total}  ${plane.id}  ${attack.id}`;
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${count < total ? text : ''}`);
    else if (total > 20 && attack === attacks.at(-1)) console.error(text);
  };
}

await main(async () => {
  const { values } = parseArgs({
    options: {
      plane: { type: 'string' },
      group: { type: 'string' },
      attack: { type: 'string' },
      verbose: { type: 'boolean', short: 'v' },
      json: { type: 'boolean' },
      url: { type: 'string' },
      ...ofServer,
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return console.log(help);
  const { url, plane } = values;
  if (url === undefined) {
    const [alone] = Object.keys(ofServer).filter((name) => name in values);
    if (alone !== undefined) throw new Mistake(`--${alone} belongs to a server: add --url URL`);
  } else if (plane !== undefined || values.verbose) {
    throw new Mistake('--url takes neither --plane nor --verbose: it is a plane of your own');
  }
  const ofGroup = choose('group', groups, values.group).flat();
  const chosen = choose('attack', byId(ofGroup), values.attack);
  if (url !== undefined) {
    const { text, code } = await attackServer({ ...values, url }, chosen);
    process.exitCode = code;
    return console.log(text);
  }
  const onPlanes = choose('plane', byId(planes), plane);
  const began = Date.now();
  const total = onPlanes.length * chosen.length;
  const cases = await runCorpus(onPlanes, chosen, progress(total));
  const problems = cases.flatMap(problemsOf);
  if (problems.length > 0) process.exitCode = 1;
  if (total === planes.length * attacks.length && problems.length === 0) writeRunRecord(cases);
  if (values.json) return console.log(JSON.stringify(cases.map(summary), null, 2));
  if (values.verbose) console.log(cases.flatMap(exchange).join('\n'));
  console.log(matrix(cases).join('\n'));
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  const twins = cases.filter(({ trial }) => trial?.twin.ok).length;
  console.log(`${total} cases in ${seconds} s; ${twins} twins succeeded`);
  for (const problem of problems) console.error(problem);
});
