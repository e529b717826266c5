// Prevents a catalog that promises what nobody can look up: an identifier that leads nowhere, a
// recommendation that nothing judges, an attack on a threat that is not described, a number of
// attacks that test something else, a citation without a source. Checks whitepaper/catalog against its schemas, and what names its entries.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ErrorObject } from 'ajv';
import { isNode, type Document } from 'yaml';
import {
  catalogFiles,
  type Catalog,
  type Recommendation,
  type Threat,
} from '../whitepaper/text/catalog.ts';
import { main } from './lib/main.ts';
import { paperProblems } from './lib/paper-problems.ts';
import { root } from './lib/paths.ts';
import { report, type Problem } from './lib/problems.ts';
import { readYaml } from './lib/yaml-file.ts';

type Name = keyof Catalog;
type Entry = { id: string } & Record<string, unknown>;

const problems: Problem[] = [];
const entries = {} as Record<Name, Entry[]>;
const places = new Map<Name, (path: (string | number)[]) => number>();

/** Read one file of the catalog; entries that its schema refuses are told and left out. */
function load(name: Name): void {
  const file = `whitepaper/catalog/${name}.yaml`;
  const { documents, problems: faults, line } = readYaml(file);
  problems.push(...faults);
  const [document] = documents;
  entries[name] = [];
  if (document === undefined) return;
  places.set(name, (path) => line(offset(document, path)));
  const path = join(root, 'whitepaper/catalog/schemas', `${name}.schema.json`);
  const fits = new Ajv({ allErrors: true, verbose: true }).compile<Entry[]>(
    JSON.parse(readFileSync(path, 'utf8')) as object,
  );
  const content: unknown = document.toJS();
  if (fits(content)) entries[name] = content;
  else for (const error of fits.errors ?? []) tell(name, pointer(error), explain(error));
}

function tell(name: Name, path: (string | number)[], text: string): void {
  const line = places.get(name)?.(path);
  problems.push({ file: `whitepaper/catalog/${name}.yaml`, ...(line && { line }), text });
}

/** Where a value lies; of a value that is not there, where its parent lies. */
function offset(document: Document.Parsed, path: (string | number)[]): number {
  const node = path.length === 0 ? document.contents : document.getIn(path, true);
  if (isNode(node) && node.range) return node.range[0];
  return path.length === 0 ? 0 : offset(document, path.slice(0, -1));
}

function pointer({ instancePath }: ErrorObject): (string | number)[] {
  const parts = instancePath.split('/').slice(1);
  return parts.map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

/** Say what the schema refused in the words of its descriptions. */
function explain(error: ErrorObject): string {
  const { keyword, params, data, parentSchema, message, instancePath } = error;
  const { description } = (parentSchema ?? {}) as { description?: string };
  const key = instancePath.split('/').slice(2).join('.') || 'the entry';
  if (keyword === 'required') return `${key} lacks "${params['missingProperty']}"`;
  if (keyword === 'additionalProperties')
    return `${key} knows no "${params['additionalProperty']}"`;
  return `${key} is ${JSON.stringify(data)}: write ${description ?? message}`;
}

/** Tell every entry that has the identifier of an earlier one. */
function checkUnique(name: Name): void {
  const ids = entries[name].map(({ id }) => id);
  ids.forEach((id, index) => {
    if (ids.indexOf(id) < index) tell(name, [index, 'id'], `a second "${id}": give it its own`);
  });
}

/** Tell every identifier in a field that names no entry of another file. */
function checkNames(from: Name, field: string, to: Name): void {
  const known = new Set(entries[to].map(({ id }) => id));
  entries[from].forEach((entry, index) => {
    const named = [entry[field] ?? []].flat() as string[];
    const unknown = named.filter((id) => !known.has(id));
    for (const id of unknown) {
      tell(from, [index, field], `${entry.id} names "${id}", which is not in ${to}.yaml`);
    }
  });
}

/** Tell every threat that the paper's table could not place: no consideration, no section. */
function checkPlaces(): void {
  const paper = readFileSync(join(root, 'whitepaper/paper.md'), 'utf8');
  const sections = [...paper.matchAll(/^## (.+)$/gm)].map(([, title]) => title);
  entries.threats.forEach((threat, index) => {
    const { id, section } = threat as unknown as Threat;
    const answered = entries.recommendations.some((entry) =>
      (entry as unknown as Recommendation).threats.includes(id),
    );
    if (answered || sections.includes(section)) return;
    const named = section === undefined ? 'it names no section' : `no section is "${section}"`;
    tell('threats', [index], `no recommendation answers ${id}, and ${named} of the paper`);
  });
}

/** Tell what recorded attacks and catalog do not know of each other, both ways. */
function checkAttacks(): void {
  const file = 'evidence/attacks.json';
  const text = readFileSync(join(root, file), 'utf8');
  const { attacks } = JSON.parse(text) as {
    attacks: { id: string; threat: string; group: string; criteria: string[] }[];
  };
  const lines = text.split('\n');
  for (const { id, threat, group, criteria } of attacks) {
    const line = lines.findIndex((content) => content.includes(`"id": ${JSON.stringify(id)}`)) + 1;
    const wrong = (what: string) => problems.push({ file, line, text: `attack ${id}: ${what}` });
    const found = entries.threats.find((entry) => entry.id === threat);
    if (found === undefined) wrong(`threat "${threat}" is not in threats.yaml`);
    else if (found['group'] !== group) {
      wrong(`group "${group}" is not that of ${threat} in threats.yaml`);
    }
    for (const criterion of criteria) {
      if (entries.criteria.some((entry) => entry.id === criterion)) continue;
      wrong(`criterion "${criterion}" is not in criteria.yaml`);
    }
    const testing = entries.recommendations.filter((entry) => attacksOf(entry).includes(id));
    if (testing.length === 0) wrong('no recommendation lists it as its test');
    for (const entry of testing) {
      const { threats, criteria: judged } = entry as unknown as Recommendation;
      if (!threats.includes(threat)) wrong(`${entry.id} lists it, and does not name ${threat}`);
      for (const name of criteria.filter((criterion) => !judged.includes(criterion))) {
        wrong(`${entry.id} lists it, and does not name its criterion ${name}`);
      }
    }
  }
  const known = new Set(attacks.map(({ id }) => id));
  entries.recommendations.forEach((entry, index) => {
    for (const id of attacksOf(entry).filter((name) => !known.has(name))) {
      tell(
        'recommendations',
        [index, 'attacks'],
        `${entry.id} lists "${id}", which is not in ${file}`,
      );
    }
  });
}

function attacksOf(entry: Entry): string[] {
  return (entry as unknown as Recommendation).attacks ?? [];
}

await main(() => {
  catalogFiles.forEach(load);
  if (problems.length === 0) {
    catalogFiles.forEach(checkUnique);
    checkNames('threats', 'group', 'groups');
    checkNames('recommendations', 'criteria', 'criteria');
    checkNames('recommendations', 'threats', 'threats');
    checkPlaces();
    checkAttacks();
    const ids = Object.fromEntries(
      catalogFiles.map((name) => [name, entries[name].map(({ id }) => id)]),
    ) as Record<Name, string[]>;
    problems.push(...paperProblems(ids));
  }
  const count = catalogFiles.reduce((sum, name) => sum + entries[name].length, 0);
  report('entries of the catalog', problems.length === 0 ? count : Math.max(count, 1), problems);
});
