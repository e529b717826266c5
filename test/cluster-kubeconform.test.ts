import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { parse } from 'yaml';
import { root } from '../scripts/lib/paths.ts';
import { validate } from '../scripts/tools/kubeconform.ts';
import type { KubernetesObject } from './cluster/api.ts';
import { startCluster } from './cluster/cluster.ts';
import { makeNamespaces, succeeded } from './cluster/install.ts';
import { notHeld } from './cluster/snapshot.ts';
import { newest, oldest } from './lib/manifests.ts';

const cluster = await startCluster();
after(() => cluster.stop());

/** Ask the API server about a file without creating anything. */
async function ask(file: string) {
  const object = parse(readFileSync(join(root, file), 'utf8')) as KubernetesObject;
  await makeNamespaces(cluster, [object]);
  const flags = ['--server-side', '--dry-run=server', '-o', 'json', '-f', join(root, file)];
  return { object, ...(await cluster.kubectl(['apply', ...flags])) };
}

test('only kubeconform refuses a field that the oldest Kubernetes does not have', async () => {
  const file = 'test/checks/refused/newer-field.yaml';
  const [, reason = ''] = /^# kubeconform: (.*)/.exec(readFileSync(join(root, file), 'utf8')) ?? [];
  const { valid, problems } = await validate([join(root, file)], oldest);
  assert.equal(valid, 0);
  assert.ok(problems[0]?.includes(reason), problems.join('\n'));
  assert.deepEqual((await validate([join(root, file)], newest)).problems, []);
  const { object, ...answer } = await ask(file);
  // it is kept, not dropped without a word
  assert.deepEqual(notHeld(object, JSON.parse(succeeded(answer))), []);
});

test('only the API server refuses a value that the schema has no words for', async () => {
  const file = 'manifests/token-authentication/refused/port-name-too-long.yaml';
  for (const minor of [oldest, newest]) {
    assert.deepEqual((await validate([join(root, file)], minor)).problems, []);
  }
  const { code, stderr } = await ask(file);
  assert.equal(code, 1);
  assert.match(stderr, /must be no more than 15 characters/);
});
