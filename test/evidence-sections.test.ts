import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AttackRecord, PlaneFile } from '../evidence/evidence.ts';
import { dashes, sections } from '../evidence/sections.ts';
import { numbers } from '../whitepaper/text/numbers.ts';
import { planeFileOf } from './lib/plane-file.ts';

const groups = [
  { id: 'scopes', title: 'Scopes' },
  { id: 'keys', title: 'Keys' },
  { id: 'mix-up', title: 'Mix-up' },
];
const attacks = [
  attack('no-scope', 'scopes', 'server'),
  attack('embedded-key', 'keys', 'server'),
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
  return planeFileOf(
    name,
    attacks.map(({ id, surface }) =>
      surface === 'server' || client
        ? { attack: id, verdict }
        : { attack: id, verdict: 'not-applicable', why },
    ),
  );
}

test('what a client refuses is counted apart from what a server refuses', () => {
  assert.deepEqual(
    sections(attacks, groups).map(({ rows, sum, of }) => [
      rows.map(({ title }) => title),
      sum,
      of.map(({ id }) => id),
    ]),
    [
      [['Scopes', 'Keys'], 'Attacks on a server', ['no-scope', 'embedded-key']],
      [['Mix-up, on a client library'], undefined, ['foreign-state']],
    ],
  );
});

test('each reason for a dash is given once, with the planes that have it', () => {
  const planes = [plane('unprotected', true), plane('gate', false), plane('gateway', false)];
  assert.equal(dashes({ attacks, planes }), 'gate, gateway: a gate runs no client.');
});

test('the text counts by what is attacked, and says what stands behind each column', () => {
  const catalog = { groups, threats: [], criteria: [], recommendations: [], references: [] };
  const planes = [plane('unprotected', true), plane('typescript', true), plane('gate', false)];
  const known = numbers({ attacks, planes }, catalog, '0.1.0');
  assert.equal(known.get('refused by what is attacked'), '2 on a server and 1 on a client library');
  assert.equal(known.get('columns'), 'typescript; gate');
});
