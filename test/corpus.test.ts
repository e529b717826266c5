import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../scripts/lib/paths.ts';
import { attacks, groups } from './attacks/index.ts';
import { readCatalog } from './corpus/catalog.ts';
import { compareLines } from './corpus/compare-lines.ts';
import { makeEvidence } from './corpus/make-evidence.ts';
import { verdictOf } from './corpus/matrix.ts';
import { problemsOf, runCorpus, type Case } from './corpus/run-corpus.ts';
import { writeRunRecord } from './corpus/run-record.ts';
import { planes } from './planes/index.ts';

const catalog = readCatalog(root);

/** At least so many attacks in each group: a group that shrinks is noticed. */
const atLeast: Record<string, number> = {
  credentials: 14,
  'forged-identity': 15,
  'token-audience': 16,
  'token-lifetime': 5,
  scopes: 14,
  'client-discovery': 15,
  network: 15,
};

test('the groups are those of the catalog, each with as many attacks as it had', () => {
  assert.deepEqual(
    Object.keys(groups),
    catalog.groups.map(({ id }) => id),
  );
  assert.deepEqual(Object.keys(groups), Object.keys(atLeast));
  for (const [group, some] of Object.entries(groups)) {
    assert.ok(some.length >= (atLeast[group] ?? 0), `${group}: only ${some.length} attacks`);
  }
});

test('every identifier and every title is used once', () => {
  const twice = (names: string[]): string[] =>
    names.filter((name, index) => names.indexOf(name) !== index);
  assert.deepEqual(twice(attacks.map(({ id }) => id)), []);
  assert.deepEqual(twice(attacks.map(({ title }) => title)), []);
  assert.deepEqual(twice(planes.map(({ id }) => id)), []);
});

test('every attack names a threat of its group and criteria of the catalog', () => {
  for (const [group, some] of Object.entries(groups)) {
    for (const { id, threat, criteria } of some) {
      assert.equal(catalog.groupOf.get(threat), group, `${id}: ${threat} is no threat of ${group}`);
      const unknown = criteria.filter((criterion) => !catalog.criteria.has(criterion));
      assert.deepEqual(unknown, [], `${id}: unknown criteria`);
      assert.ok(criteria.length > 0, `${id}: names no criterion`);
    }
  }
});

test('every threat of a group has an attack', () => {
  const named = new Set(attacks.map(({ threat }) => threat));
  const without = [...catalog.groupOf.keys()].filter((threat) => !named.has(threat));
  assert.deepEqual(without, []);
});

const cases = await runCorpus();

test('every attack was sent to every plane', () => {
  assert.ok(attacks.length >= 94);
  assert.equal(planes.length, 5);
  assert.equal(cases.length, attacks.length * planes.length);
});

test('every plane refuses at least as many as it did, as it claims', () => {
  const refused = (plane: string): number =>
    cases.filter((each) => each.plane.id === plane && verdictOf(each) === 'refused').length;
  assert.equal(refused('unprotected'), 0);
  assert.ok(refused('typescript') >= 79, `typescript: ${refused('typescript')}`);
  assert.ok(refused('typescript-gate') >= 64, `typescript-gate: ${refused('typescript-gate')}`);
  assert.ok(refused('network-policy') >= 15, `network-policy: ${refused('network-policy')}`);
  assert.ok(refused('envoy-gateway') >= 15, `envoy-gateway: ${refused('envoy-gateway')}`);
});

test('every plane refuses at least as many as it did, claimed or not', () => {
  const works = (plane: string): string[] =>
    cases
      .filter((each) => each.plane.id === plane && verdictOf(each) === 'works')
      .map(({ attack }) => attack.id);
  assert.deepEqual(works('typescript'), []);
  assert.deepEqual(works('typescript-gate'), []);
  // the tool is in the body, which a gateway does not read; its filter has no list of algorithms
  assert.deepEqual(works('envoy-gateway'), [
    'algorithm-not-listed',
    'read-to-deploy',
    'read-to-delete',
    'deploy-to-delete',
    'scope-as-list',
    'unlisted-tool',
  ]);
});

test('an answer of its own that a plane names belongs to an attack that it refuses', () => {
  for (const { id, answers = {} } of planes) {
    const refused = cases.filter(
      (each) => each.plane.id === id && /^refused/.test(verdictOf(each)),
    );
    const ids = refused.map(({ attack }) => attack.id);
    assert.deepEqual(
      Object.keys(answers).filter((attack) => !ids.includes(attack)),
      [],
      id,
    );
    if (id === 'envoy-gateway') assert.deepEqual(Object.keys(answers).sort(), ids.sort());
  }
});

test('a run gives the evidence that is committed', () => {
  const made = makeEvidence(cases);
  const committed = readdirSync(join(root, 'evidence', 'planes'));
  assert.deepEqual(
    [...made.keys()].sort(),
    ['evidence/attacks.json', ...committed.map((name) => `evidence/planes/${name}`)].sort(),
  );
  const differing = [...made].flatMap(([file, text]) => firstDifference(file, text));
  assert.deepEqual(differing, [], 'npm run record accepts what a run gives');
  if (cases.flatMap(problemsOf).length === 0) writeRunRecord(cases);
});

for (const done of cases) {
  test(title(done), () => {
    assert.deepEqual(problemsOf(done), []);
    const { plane, trial } = done;
    if (plane.baseline && trial) compareLines(trial.sent.attack, trial.sent.twin);
  });
}

/** State what is expected, so that a red line says which promise is broken. */
function title({ plane, attack, ...done }: Case): string {
  const subject = `${attack.title.charAt(0).toLowerCase()}${attack.title.slice(1)}`;
  if (done.trial === undefined) return `${subject} is nothing that ${plane.id} can be asked`;
  if (plane.baseline) return `${subject} works without a control`;
  if (done.judgement.verdict === 'refused') {
    return `${subject} is refused with ${attack.refused.status} on ${plane.id}`;
  }
  return `${subject} is nothing that ${plane.id} claims to refuse`;
}

/** Name the first line in which a committed file differs from what the run gave. */
function firstDifference(file: string, text: string): string[] {
  const [was, is] = [readFileSync(join(root, file), 'utf8').split('\n'), text.split('\n')];
  const at = is.findIndex((line, index) => line !== was[index]);
  if (at < 0 && was.length === is.length) return [];
  const line = at < 0 ? is.length : at;
  return [`${file}:${line + 1}: recorded "${was[line]?.trim()}", now "${is[line]?.trim()}"`];
}
