import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFaults } from '../evidence/read.ts';
import { root } from '../scripts/lib/paths.ts';

test('each seeded fault was noticed or is named as missed', () => {
  const { seeded, noticed, again, missed } = readFaults(root);
  assert.ok(seeded > 400, `only ${seeded} faults`);
  assert.equal(noticed + missed.length, seeded);
  assert.equal(new Set([...again, ...missed]).size, again.length + missed.length);
});
