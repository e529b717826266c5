import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { stringify } from 'yaml';
import { root } from '../scripts/lib/paths.ts';
import { validate } from '../scripts/tools/kubeconform.ts';
import { Bench, buildYaml, newest, objectsOf, oldest } from './lib/manifests.ts';
import { withUnknownField } from './lib/mutants.ts';

const bench = new Bench();
after(() => bench.remove());

for (const minor of [oldest, newest]) {
  test(`an unknown field in any map of any object is refused for Kubernetes ${minor}`, async () => {
    const objects = objectsOf(await buildYaml(join(root, 'manifests/token-authentication')));
    const mutants = objects.flatMap(withUnknownField);
    assert.ok(mutants.length > 60, `${mutants.length} maps`);
    bench.write('mutants.yaml', mutants.map(({ object }) => stringify(object)).join('---\n'));
    const { valid, skipped, problems } = await validate(
      [join(bench.folder, 'mutants.yaml')],
      minor,
    );
    assert.deepEqual([valid, skipped, problems.length], [0, 0, mutants.length]);
    for (const problem of problems) assert.match(problem, /unknownField/);
  });
}
