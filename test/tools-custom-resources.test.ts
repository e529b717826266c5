import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { stringify } from 'yaml';
import { root } from '../scripts/lib/paths.ts';
import { crdModules } from '../scripts/tools/crd-modules.ts';
import { readDefinitions } from '../scripts/tools/custom-kinds.ts';
import { validate } from '../scripts/tools/kubeconform.ts';
import { schemas } from '../scripts/tools/schemas.ts';
import { Bench, newest, objectsOf, oldest, type Tree } from './lib/manifests.ts';
import { withUnknownField } from './lib/mutants.ts';

const bench = new Bench();
after(() => bench.remove());

const documents = readFileSync(join(root, 'test/lib/custom-resources.yaml'), 'utf8');

/** Every kind that the table of modules brings, in each version that is served. */
const kinds: Record<string, string[]> = {
  'gateway.networking.k8s.io': [
    ...['BackendTLSPolicy v1', 'Gateway v1', 'Gateway v1beta1', 'GatewayClass v1'],
    ...['GatewayClass v1beta1', 'GRPCRoute v1', 'HTTPRoute v1', 'HTTPRoute v1beta1'],
    ...['ListenerSet v1', 'ReferenceGrant v1', 'ReferenceGrant v1beta1', 'TCPRoute v1'],
    ...['TLSRoute v1', 'UDPRoute v1'],
  ],
  'gateway.envoyproxy.io': [
    ...['Backend v1alpha1', 'BackendTrafficPolicy v1alpha1', 'ClientTrafficPolicy v1alpha1'],
    ...['EnvoyExtensionPolicy v1alpha1', 'EnvoyPatchPolicy v1alpha1', 'EnvoyProxy v1alpha1'],
    ...['HTTPRouteFilter v1alpha1', 'SecurityPolicy v1alpha1'],
  ],
};

/** Validate objects; each is named after its place in the list, so that a problem tells which. */
async function validateAll(objects: Tree[], minor = newest) {
  const named = objects.map((object, index) => ({
    ...object,
    metadata: { ...(object['metadata'] as Tree), name: `object-${index}` },
  }));
  bench.write('objects.yaml', named.map((object) => stringify(object)).join('---\n'));
  const { valid, skipped, problems } = await validate([join(bench.folder, 'objects.yaml')], minor);
  const of = (index: number) => problems.find((problem) => problem.includes(`object-${index}:`));
  return { valid, skipped, problems: objects.map((_, index) => of(index)) };
}

for (const minor of [oldest, newest]) {
  test(`resources of Gateway API and Envoy Gateway are valid in Kubernetes ${minor}`, async () => {
    const { valid, skipped, problems } = await validateAll(objectsOf(documents), minor);
    assert.deepEqual(problems, [undefined, undefined, undefined, undefined]);
    assert.deepEqual([valid, skipped], [4, 0]);
  });

  test(`every kind of every module is closed in Kubernetes ${minor}`, async () => {
    const objects = Object.entries(kinds).flatMap(([group, names]) =>
      names.map((name) => {
        const [kind, version] = name.split(' ');
        return { apiVersion: `${group}/${version}`, kind, metadata: {}, unknownField: 1 };
      }),
    );
    const { valid, skipped, problems } = await validateAll(objects, minor);
    assert.deepEqual([problems.length, valid, skipped], [22, 0, 0]);
    for (const problem of problems) assert.match(problem ?? 'valid', /'unknownField' not allowed/);
  });
}

test('no other kind or version of the modules has a schema', async () => {
  const folder = (await schemas(newest)).replace(/\{\{.*/, '');
  assert.ok(existsSync(folder));
  for (const [group, names] of Object.entries(kinds)) {
    const files = names.map((name) => `${name.toLowerCase().replace(' ', '_')}.json`);
    assert.deepEqual(readdirSync(join(folder, group)).sort(), files.sort());
  }
});

test('an unknown field in any map is refused, except where the definition admits any field', async () => {
  const mutants = objectsOf(documents).flatMap(withUnknownField);
  const { skipped, problems } = await validateAll(mutants.map(({ object }) => object));
  const accepted = mutants.filter((_, index) => problems[index] === undefined);
  const refused = problems.filter((problem) => problem !== undefined);
  assert.deepEqual([mutants.length, refused.length, skipped], [46, 44, 0]);
  for (const problem of refused) assert.match(problem, /unknownField/);
  // x-kubernetes-preserve-unknown-fields: the patch is merged into a Deployment by the controller
  const patch = 'EnvoyProxy.spec.provider.kubernetes.envoyDeployment.patch.value';
  assert.deepEqual(
    accepted.map(({ place }) => place),
    [patch, `${patch}.spec`],
  );
});

test('a value that the definition does not admit is refused', async () => {
  const faults: [find: string, replace: string, says: RegExp][] = [
    ['type: PathPrefix', 'type: Prefix', /value must be one of 'Exact', 'PathPrefix'/],
    ['port: 443', 'port: 70000', /maximum: got 70,000, want 65,535/],
    ['request: 30s', 'request: 30 seconds', /does not match pattern/],
    ['- x-user\n', '- x-user\n              - x-user\n', /items at 0 and 1 are equal/],
    ['cpu: 1\n', 'cpu: one\n', /does not match pattern/],
    ['        issuer: ', '        issuers: ', /additional properties 'issuers' not allowed/],
    ['  app: mcp', '  app: 1', /got number, want string/],
  ];
  const objects = faults.map(([find, replace]) => {
    assert.equal(documents.split(find).length, 2, `${find} does not occur once`);
    const before = objectsOf(documents).map((object) => JSON.stringify(object));
    const changed = objectsOf(documents.replace(find, replace));
    return changed.find((object, index) => JSON.stringify(object) !== before[index]) as Tree;
  });
  const { problems } = await validateAll(objects);
  assert.equal(problems.length, 7);
  for (const [index, [, , says]] of faults.entries()) assert.match(problems[index] ?? '', says);
});

test('a kind that no module brings, and a version that is not served, are refused', async () => {
  const strangers = [
    { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy' },
    { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Route' },
    { apiVersion: 'gateway.networking.k8s.io/v1alpha3', kind: 'BackendTLSPolicy' },
  ];
  for (const minor of [oldest, newest]) {
    const { valid, skipped, problems } = await validateAll(strangers, minor);
    assert.deepEqual([valid, skipped], [0, 0]);
    for (const problem of problems) assert.match(problem ?? 'valid', /could not find schema/);
  }
});

test('a row whose files hold no definition is an error', () => {
  const folder = join(root, 'manifests');
  assert.ok(crdModules.length > 0);
  for (const files of ['none/*.yaml', 'base/server/*.yaml']) {
    assert.throws(() => readDefinitions(folder, files), {
      message: `${folder}: no CustomResourceDefinition in ${files}`,
    });
  }
});
