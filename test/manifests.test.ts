import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { root } from '../scripts/lib/paths.ts';
import { validate } from '../scripts/tools/kubeconform.ts';
import { Bench, buildYaml, newest, objectsOf, oldest } from './lib/manifests.ts';

const bench = new Bench();
after(() => bench.remove());

/** Each folder that can be applied, and how many objects it holds. */
const builds: Record<string, number> = {
  'manifests/base': 4,
  'manifests/basic': 27,
  'manifests/hardened-baseline': 13,
  'manifests/token-authentication': 6,
  'test/readers/hardened': 11,
  'test/readers/first-round': 12,
  'manifests/ingress-gateway': 16,
  'test/readers/backend-tls': 14,
  'test/readers/gateway': 16,
  'test/readers/own': 5,
  'test/readers/private-ca': 5,
  'test/readers/stateful': 5,
  'test/readers/reference-server': 6,
};

test('every folder of manifests that can be applied, and every reader, is built here', () => {
  const folders = ['manifests', 'test/readers'].flatMap((parent) =>
    readdirSync(join(root, parent))
      .map((name) => `${parent}/${name}`)
      .filter((folder) => existsSync(join(root, folder, 'kustomization.yaml'))),
  );
  // settings hold nothing to apply, and wiring is no build of its own
  const others = ['manifests/settings', 'manifests/wiring'];
  assert.deepEqual(folders.sort(), [...Object.keys(builds), ...others].sort());
});

for (const [folder, count] of Object.entries(builds)) {
  test(`${folder} builds to the same bytes with the kustomize of kubectl 1.32 and of 1.37`, async () => {
    const text = await buildYaml(join(root, folder), newest);
    assert.equal(await buildYaml(join(root, folder), oldest), text);
    assert.equal(objectsOf(text).length, count);
    assert.doesNotMatch(text, /from.settings|from-server|Settings|: 0$/m);
    bench.write(`${folder}.built.yaml`, text);
  });
  for (const minor of [oldest, newest]) {
    test(`every object of ${folder} is valid in Kubernetes ${minor}, none skipped`, async () => {
      const verdict = await validate([join(bench.folder, `${folder}.built.yaml`)], minor);
      assert.deepEqual(verdict, { valid: count, skipped: 0, problems: [] });
    });
  }
}
