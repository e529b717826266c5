import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { startTarget } from '../scripts/bench/load.ts';
import { run } from '../scripts/lib/children.ts';
import { root } from '../scripts/lib/paths.ts';

const cannot = process.platform === 'linux' ? false : 'CPU time is read as Linux has it';

test('a target is measured by calls that it answers', { skip: cannot }, async (t) => {
  const target = await startTarget('typescript');
  t.after(() => target.close());
  const measured = await target.measure(1);
  const { requestsPerSecond, p50, p99, cpuPerRequest } = measured;
  assert.ok(requestsPerSecond > 0 && cpuPerRequest > 0);
  assert.ok(p99 >= p50);
});

test('a wrong flag is one line that says what to write', async () => {
  const args = [join(root, 'scripts/bench.ts'), '--rounds', '0'];
  const { code, stdout, stderr } = await run(process.execPath, args);
  assert.deepEqual([code, stdout], [1, '']);
  assert.equal(stderr, '--rounds 0: write a whole number from 1 to 999\n');
});
