import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFaults } from '../evidence/read.ts';
import { loadFaults } from '../scripts/lib/faults.ts';
import { root } from '../scripts/lib/paths.ts';

test('the recorded rate counts every seeded fault once', async () => {
  const { seeded, noticed, again, missed, date } = readFaults(root);
  assert.equal(noticed + again.length + missed.length, seeded);
  const known = new Set((await loadFaults()).map(({ id }) => id));
  assert.deepEqual(
    [...again, ...missed].filter((id) => !known.has(id)),
    [],
    'evidence/faults.json names faults that are no more: npm run faults -- --record',
  );
  assert.ok(seeded > 400);
  assert.ok(Date.parse(date) <= Date.now());
});
