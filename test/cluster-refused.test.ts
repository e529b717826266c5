import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readRefused } from '../evidence/refused.ts';
import { root } from '../scripts/lib/paths.ts';
import { validate } from '../scripts/tools/kubeconform.ts';
import { minors } from '../scripts/tools/kubernetes.ts';
import { readyCluster } from './cluster/install.ts';
import { isAdmittedElsewhere, prepare, refusal, release, variants } from './cluster/refused.ts';
import { newest, oldest } from './lib/manifests.ts';

const cluster = await readyCluster();
after(() => cluster.stop());
const recorded = readRefused(root);
const all = variants();

test('what is recorded is what is refused here, by the same Kubernetes', () => {
  assert.ok(all.length > 0, 'no variant names the API server, Pod Security or admission');
  assert.equal(recorded.kubernetes, minors[newest].version);
  assert.deepEqual(
    recorded.refused.map(({ file }) => file),
    all.map(({ file }) => file),
    'run npm run record -- refused',
  );
});

for (const folder of new Set(all.map((variant) => variant.folder))) {
  test(`${folder} is applied in a namespace at level restricted`, () => prepare(cluster, folder));

  for (const variant of all.filter((each) => each.folder === folder)) {
    test(`${variant.file} is refused by ${variant.by}`, async () => {
      const message = await refusal(cluster, variant);
      assert.ok(message !== undefined, `${variant.file} is not refused`);
      assert.ok(message.includes(variant.reason), `refused for another reason: ${message}`);
      const was = recorded.refused.find(({ file }) => file === variant.file)?.message;
      assert.equal(
        message,
        was,
        'another message than the one recorded: npm run record -- refused',
      );
      // what the API itself refuses is refused everywhere, and no schema shows it
      if (variant.by === 'API server') await assertValid(variant.file);
      else assert.equal(await isAdmittedElsewhere(cluster, variant), '');
    });
  }

  test(`${folder} is deleted again`, () => release(cluster, folder));
}

/** A variant that kubeconform refuses too is to name that check, which needs no API server. */
async function assertValid(file: string): Promise<void> {
  for (const minor of [oldest, newest]) {
    const { valid, problems } = await validate([join(root, file)], minor);
    assert.deepEqual([valid, problems], [1, []]);
  }
}
