import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { gatewayRemovals } from './ingress-gateway-removals.ts';
import { worksWith } from './lib/gateway-works.ts';
import { answers } from './planes/envoy-gateway-answers.ts';

/** What works although nothing was taken out. */
let anyway: string[];
before(async () => {
  const { works, broken } = await worksWith([]);
  assert.deepEqual(broken, [], 'twins that do not succeed on the published manifests');
  anyway = works;
});

test('every condition that is tried lets something through, and together all that is refused', () => {
  assert.ok(gatewayRemovals.length >= 14);
  for (const { id, lets } of gatewayRemovals) assert.ok(lets.length > 0, id);
  const stopped = new Set(gatewayRemovals.flatMap(({ lets }) => lets));
  assert.deepEqual([...stopped].sort(), Object.keys(answers).sort());
});

for (const { id, edits, lets } of gatewayRemovals) {
  test(`the gateway without ${id} lets exactly its attacks through: ${lets.length}`, async () => {
    const { works } = await worksWith(edits);
    const more = works.filter((attack) => !anyway.includes(attack));
    assert.deepEqual(more.sort(), lets.toSorted());
  });
}
