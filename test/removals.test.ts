import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { run } from '../scripts/lib/children.ts';
import { createScratch, type Scratch } from '../scripts/lib/scratch.ts';
import { attacks } from './attacks/index.ts';
import { removals, type Removal } from './removals.ts';

/** Copies of the project that no removal is tried in at the moment: two are tried at a time. */
const free: Scratch[] = [];

test('every attack is stopped by a condition whose removal is tried', () => {
  const stopped = new Set(removals.flatMap(({ lets }) => lets));
  const ids = attacks.map(({ id }) => id);
  assert.ok(removals.length >= 40);
  assert.deepEqual(
    ids.filter((id) => !stopped.has(id)),
    [],
  );
  assert.deepEqual(
    [...stopped].filter((id) => !ids.includes(id)),
    [],
  );
});

suite('a condition taken out lets exactly its attacks through', { concurrency: 2 }, () => {
  before(() => {
    free.push(createScratch(), createScratch());
  });
  after(() => {
    for (const scratch of free) scratch.remove();
  });
  for (const removal of removals) {
    test(`without ${removal.id}: ${removal.lets.length}`, async () => {
      const scratch = free.pop();
      assert.ok(scratch, 'no copy of the project is free');
      try {
        assert.deepEqual(await worksWithout(removal, scratch), removal.lets.toSorted());
      } finally {
        free.push(scratch);
      }
    });
  }
});

/** Run the corpus against the copy, and name the attacks that work. */
async function worksWithout(
  { edits, plane = 'typescript' }: Removal,
  scratch: Scratch,
): Promise<string[]> {
  const restore = scratch.edit(edits);
  try {
    const args = ['scripts/attack.ts', '--plane', plane, '--json'];
    const { code, stdout, stderr } = await run(process.execPath, args, {
      cwd: scratch.folder,
      env: scratch.env,
    });
    assert.equal(code, 1, `the corpus did not run, or noticed nothing: ${stderr}`);
    const cases = JSON.parse(stdout) as { attack: string; verdict: string }[];
    assert.equal(cases.length, attacks.length);
    return cases
      .filter(({ verdict }) => verdict === 'works')
      .map(({ attack }) => attack)
      .sort();
  } finally {
    restore();
  }
}
