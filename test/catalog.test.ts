import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AttackRecord, PlaneFile, Verdict } from '../evidence/evidence.ts';
import { readEvidence, refused } from '../evidence/read.ts';
import { root } from '../scripts/lib/paths.ts';
import { plain } from '../whitepaper/pdf/write-typst.ts';
import { Blocks } from '../whitepaper/text/blocks.ts';
import { readCatalog, type Catalog } from '../whitepaper/text/catalog.ts';
import { numbers } from '../whitepaper/text/numbers.ts';
import { planeFileOf } from './lib/plane-file.ts';

const catalog: Catalog = {
  groups: [{ id: 'scopes', title: 'Scopes' }],
  threats: [
    {
      id: 'MT-13',
      title: 'Excessive scope',
      description: 'A token for reading deletes.',
      group: 'scopes',
      boundaries: [2, 4],
      stride: ['elevation of privilege'],
    },
  ],
  criteria: [
    {
      id: 'C8',
      title: 'Tools',
      question: 'Is every tool decided?',
      cosai: { control: 'Tools', level: 3 },
    },
  ],
  recommendations: [
    {
      id: 'R-01',
      consider: 'naming a scope for each `tool`',
      because: 'a new one is otherwise open.',
      criteria: ['C8'],
      threats: ['MT-13'],
      attacks: ['read-to-delete'],
    },
  ],
  references: [],
};

/** The recommendation lists the first; the second shares its threat and its criterion. */
const attacks = [
  attack('read-to-delete', 'MT-13', 'C8'),
  attack('deploy-to-delete', 'MT-13', 'C8'),
  attack('no-expiry', 'MT-05', 'C8'),
  attack('no-token', 'MT-01', 'C1'),
];

function attack(id: string, threat: string, criterion: string): AttackRecord {
  const line = [{ text: 'tools/call' }];
  const criteria = [criterion];
  const common = {
    title: id,
    about: id,
    group: 'scopes',
    surface: 'server',
    attack: line,
    twin: line,
  };
  return { id, threat, criteria, ...common };
}

function plane(name: string, verdicts: Verdict[]): PlaneFile {
  return planeFileOf(
    name,
    verdicts.map((verdict, index) => ({ attack: attacks[index]?.id ?? '', verdict })),
  );
}

const evidence = {
  attacks,
  planes: [
    plane('unprotected', ['works', 'works', 'works', 'works']),
    plane('typescript', ['refused', 'refused', 'refused', 'refused-not-claimed']),
  ],
};

test('a recommendation counts the refused attacks that it lists', () => {
  const block = new Blocks(catalog, evidence).build('recommendations', 'R-01');
  assert.ok(block?.type === 'recommendation');
  const [text, proof] = block.children.map((child) => plain([child]));
  assert.equal(text, 'Consider naming a scope for each tool, because a new one is otherwise open.');
  assert.equal(proof, 'Criterion C8. 1 refused');
});

test('a recommendation without a refused attack says that it is not tested here', () => {
  const works: Verdict[] = ['works', 'works', 'works', 'works'];
  const unrefused = [plane('unprotected', works), plane('typescript', works)];
  const block = new Blocks(catalog, { attacks, planes: unrefused }).build(
    'recommendations',
    'R-01',
  );
  assert.ok(block?.type === 'recommendation');
  assert.equal(plain([block.children[1] as never]), 'Criterion C8. Not tested here.');
});

test('a recommendation says what MCP requires of it and what no attack tests', () => {
  const [entry] = catalog.recommendations;
  assert.ok(entry);
  const required = 'a rate. [@mcp-tools, Security Considerations]';
  const recommendations = [{ ...entry, required, untested: 'the pause' }];
  const block = new Blocks({ ...catalog, recommendations }, evidence).build(
    'recommendations',
    'R-01',
  );
  assert.ok(block?.type === 'recommendation');
  assert.equal(
    plain([block.children[1] as never]),
    `Criterion C8. Required by MCP: ${required} 1 refused; not tested: the pause.`,
  );
});

test('a criterion that none of its attacks names is said not to be tested', () => {
  const [entry] = catalog.recommendations;
  assert.ok(entry);
  const recommendations = [{ ...entry, criteria: ['C8', 'C9'], untested: 'the pause' }];
  const block = new Blocks({ ...catalog, recommendations }, evidence).build(
    'recommendations',
    'R-01',
  );
  assert.ok(block?.type === 'recommendation');
  assert.equal(
    plain([block.children[1] as never]),
    'Criteria C8, C9. 1 refused; not tested: C9, the pause.',
  );
});

test('the table of threats says where each arises, what answers it and how much is refused', () => {
  const block = new Blocks(catalog, evidence).build('threats', 'Threats');
  assert.ok(block?.type === 'table');
  const rows = block.children.map((row) => row.children.map((cell) => plain(cell.children)));
  assert.deepEqual(rows[1], [
    'MT-13',
    'Excessive scope. A token for reading deletes.',
    '2, 4',
    'E',
    'R-01',
    '2',
  ]);
});

test('a number is derived from the evidence and spoken as the text needs it', () => {
  const known = numbers(evidence, catalog, '0.1.0');
  assert.equal(known.get('attacks'), 'four');
  assert.equal(known.get('all works unprotected'), 'all');
  assert.equal(known.get('refused typescript'), 'four');
  assert.equal(known.get('all refused'), 'three');
  assert.equal(known.get('planes'), 'one');
  assert.equal(known.get('release'), '0.1.0');
});

test('a threat that nothing answers names the section that discusses it', () => {
  const threats = catalog.threats.map((threat) => ({ ...threat, section: 'Limits' }));
  const open = { ...catalog, threats, recommendations: [] };
  const cell = (sections: string[]) => {
    const block = new Blocks(open, evidence, sections).build('threats', 'Threats');
    assert.ok(block?.type === 'table');
    return plain(block.children[1]?.children[4]?.children ?? []);
  };
  assert.equal(cell(['Introduction', 'Limits']), 'Section 2');
  assert.throws(() => cell(['Introduction']), /MT-13: no recommendation answers it/);
});

test('considerations, threats and criteria count the same attacks', () => {
  const { threats, criteria, recommendations } = readCatalog(root);
  const recorded = readEvidence(root);
  const counted = refused(recorded);
  assert.ok(counted.length >= 79);
  const listed = (names: (entry: (typeof recommendations)[number]) => boolean) =>
    new Set(recommendations.filter(names).flatMap(({ attacks: ids = [] }) => ids));
  for (const [kind, entries] of Object.entries({ threats, criteria })) {
    for (const { id } of entries) {
      const of = (attack: AttackRecord) => [attack.threat, ...attack.criteria].includes(id);
      const own = listed((entry) => [...entry.threats, ...entry.criteria].includes(id));
      const ids = counted.filter(of).map((attack) => attack.id);
      assert.deepEqual(
        ids,
        counted.filter((a) => of(a) && own.has(a.id)).map((a) => a.id),
        kind,
      );
    }
  }
});

test('every threat of the catalog is answered, save the one that no pattern here stops', () => {
  const { threats, recommendations } = readCatalog(root);
  assert.ok(threats.length >= 20);
  const answered = new Set(recommendations.flatMap((entry) => entry.threats));
  const open = threats.map(({ id }) => id).filter((id) => !answered.has(id));
  assert.deepEqual(open, ['MT-29']);
});
