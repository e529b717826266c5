import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { recordChecks } from '../test/check/recorded.ts';
import { recordRefused } from '../test/cluster/refused.ts';
import { recordConformance } from '../test/conformance/record.ts';
import { makeEvidence } from '../test/corpus/make-evidence.ts';
import { makeFlows } from '../test/corpus/make-flows.ts';
import { problemsOf, runCorpus } from '../test/corpus/run-corpus.ts';
import { writeRunRecord } from '../test/corpus/run-record.ts';
import { recordFailures } from '../test/failures/make-failures.ts';
import { startKeycloakServer } from '../test/keycloak/authorization-server.ts';
import { differences, runBoth } from '../test/keycloak/compare.ts';
import { describeRun, recordFile } from '../test/keycloak/record.ts';
import { servers } from '../test/servers/index.ts';
import { recordServers } from '../test/servers/try-server.ts';
import { main, Mistake } from './lib/main.ts';
import { root } from './lib/paths.ts';
import { renderReadme } from './lib/readme.ts';
import { recordSnippets } from './lib/snippets.ts';

const help = `npm run record [-- refused keycloak]   run attacks and snippets, and write what they give

refused    ask a real Kubernetes API server about the variants that it is to refuse, and write that
keycloak   run the attacks with tokens of a real Keycloak, and write that
example: npm run record && git diff evidence patterns`;

async function recordRefusals(): Promise<void> {
  const file = await recordRefused();
  const accepted = file.refused.filter(({ message }) => message === 'not refused');
  if (accepted.length > 0) {
    const lines = accepted.map(({ file, by }) => `${file}: not refused by ${by}`);
    throw new Mistake(`nothing recorded, mend these first:\n${lines.join('\n')}`);
  }
  const text = JSON.stringify(file, null, 2);
  writeFileSync(join(root, 'evidence', 'refused.json'), `${text}\n`);
  console.log(`${file.refused.length} refusals of Kubernetes ${file.kubernetes}`);
}

async function recordKeycloak(): Promise<void> {
  const server = await startKeycloakServer();
  const { pairs } = await runBoth(server);
  const problems = pairs.flatMap(differences);
  if (problems.length > 0) {
    throw new Mistake(`nothing recorded, mend these first:\n${problems.join('\n')}`);
  }
  writeFileSync(join(root, recordFile), await describeRun(server, pairs));
  await server.close();
  console.log(`${pairs.length} attacks with tokens of Keycloak`);
}

/** What is recorded only when it is named, because it takes long. */
const parts: Record<string, () => Promise<void>> = {
  refused: recordRefusals,
  keycloak: recordKeycloak,
};

await main(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { help: { type: 'boolean', short: 'h' } },
  });
  if (values.help === true) return console.log(help);
  const unknown = positionals.find((part) => !Object.hasOwn(parts, part));
  if (unknown !== undefined) throw new Mistake(`nothing to record is called "${unknown}": --help`);
  for (const part of new Set(positionals)) await parts[part]?.();
  if (positionals.length > 0) return;
  const cases = await runCorpus();
  const problems = cases.flatMap(problemsOf);
  if (problems.length > 0) {
    throw new Mistake(`nothing recorded, mend these first:\n${problems.join('\n')}`);
  }
  const files = makeEvidence(cases);
  files.set('evidence/flows.json', await makeFlows());
  files.set('evidence/failures.json', await recordFailures());
  for (const [file, text] of await recordChecks()) files.set(file, text);
  for (const [file, text] of await recordServers(servers)) files.set(file, text);
  const conformance = await recordConformance();
  files.set('evidence/conformance.json', `${JSON.stringify(conformance, null, 2)}\n`);
  const outputs = await recordSnippets();
  const folder = join(root, 'evidence', 'planes');
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) {
    if (!files.has(`evidence/planes/${name}`)) rmSync(join(folder, name));
  }
  for (const [path, text] of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  writeFileSync(join(root, 'README.md'), renderReadme().ought);
  writeRunRecord(cases);
  console.log(
    `${cases.length} verdicts in ${files.size} files, ${outputs.length} outputs of snippets`,
  );
});
