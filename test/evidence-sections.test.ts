import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AttackRecord, PlaneFile } from '../evidence/evidence.ts';
import { dashes, sections } from '../evidence/sections.ts';
import { numbers } from '../whitepaper/text/numbers.ts';

const groups = [
  { id: 'scopes', title: 'Scopes' },
  { id: 'mix-up', title: 'Mix-up' },
];
const attacks = [
  attack('no-scope', 'scopes', 'server'),
  attack('empty-scope', 'scopes', 'server'),
  attack('foreign-state', 'mix-up', 'client'),
];
const why = 'a gate runs no client';

function attack(id: string, group: string, surface: string): AttackRecord {
  const line = [{ text: 'tools/call' }];
  const common = { threat: 'MT-13', criteria: ['C8'], attack: line, twin: line };
  return { id, title: id, about: id, group, surface, ...common };
}

function plane(name: string, client: boolean): PlaneFile {
  const verdict = name === 'unprotected' ? 'works' : 'refused';
  return {
    plane: name,
    title: name,
    kind: 'in a test',
    baseline: name === 'unprotected',
    surfaces: ['server'],
    patterns: [],
    components: [],
    release: '0.1.0',
    inputs: { files: ['a'], sha256: '0'.repeat(64) },
    results: attacks.map(({ id, surface }) =>
      surface === 'server' || client
        ? { attack: id, verdict }
        : { attack: id, verdict: 'not-applicable', why },
    ),
  };
}

test('what a client refuses is counted apart from what a server refuses', () => {
  assert.deepEqual(
    sections(attacks, groups).map(({ title, rows, of }) => [
      title,
      rows.map(({ group }) => group.id),
      of.map(({ id }) => id),
    ]),
    [
      ['Attacks on a server', ['scopes'], ['no-scope', 'empty-scope']],
      ['Attacks on a client library', ['mix-up'], ['foreign-state']],
    ],
  );
});

test('each reason for a dash is given once, with the planes that have it', () => {
  const planes = [plane('unprotected', true), plane('gate', false), plane('gateway', false)];
  assert.equal(dashes({ attacks, planes }), 'gate, gateway: a gate runs no client.');
});

test('the text counts by what is attacked, and says which columns are products of others', () => {
  const catalog = { groups, threats: [], criteria: [], recommendations: [], references: [] };
  const own = [plane('unprotected', true), plane('typescript', true)];
  const known = numbers({ attacks, planes: own }, catalog, '0.1.0');
  assert.equal(known.get('refused on a server'), 'two');
  assert.equal(known.get('refused on a client'), 'one');
  assert.equal(known.get('third-party products'), 'no third-party product');
  const more = [...own, plane('envoy-gateway', false), plane('other', false)];
  const other = numbers({ attacks, planes: more }, catalog, '0.1.0');
  assert.equal(other.get('third-party products'), 'two third-party products');
});
