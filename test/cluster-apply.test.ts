import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { root } from '../scripts/lib/paths.ts';
import { apply, makeNamespaces, readyCluster, succeeded } from './cluster/install.ts';
import { appliedFolders } from './cluster/patterns.ts';
import { policyWarnings, settle } from './cluster/settle.ts';
import { differences, notHeld, snapshot } from './cluster/snapshot.ts';
import { buildYaml, objectsOf, type Tree } from './lib/manifests.ts';

const cluster = await readyCluster();
after(() => cluster.stop());

const pod = (name: string, context: object) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'strict' },
  spec: {
    containers: [{ name: 'one', image: 'images.example.net/one:1.0.0', securityContext: context }],
  },
});
const hardened = {
  allowPrivilegeEscalation: false,
  runAsNonRoot: true,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
};

test('the API server is of the newest Kubernetes claimed', async () => {
  const { body } = await cluster.call('/version');
  assert.equal(body['gitVersion'], 'v1.37.2');
});

test('Pod Security is live: a pod is refused for its one fault, and admitted without it', async () => {
  const good = pod('good', hardened);
  await makeNamespaces(cluster, [good], 'restricted');
  succeeded(await apply(cluster, [good]));
  const { code, stderr } = await apply(cluster, [pod('bad', { ...hardened, runAsNonRoot: false })]);
  assert.equal(code, 1);
  assert.match(stderr, /violates PodSecurity "restricted:latest": runAsNonRoot != true/);
});

test('CEL rules are live: a route is refused for its one fault, and accepted without it', async () => {
  const route = (backendRequest: string) => ({
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: 'one', namespace: 'default' },
    spec: { rules: [{ timeouts: { request: '2s', backendRequest } }] },
  });
  succeeded(await apply(cluster, [route('1s')], ['--dry-run=server']));
  const { code, stderr } = await apply(cluster, [route('5s')], ['--dry-run=server']);
  assert.equal(code, 1);
  assert.match(stderr, /backendRequest timeout cannot be longer than request timeout/);
});

test('the expressions of admission policies are checked: a field that no such object has is told', async () => {
  const policy = (field: string) => ({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name: 'replicas' },
    spec: {
      matchConstraints: {
        resourceRules: [
          {
            apiGroups: ['apps'],
            apiVersions: ['v1'],
            operations: ['CREATE'],
            resources: ['deployments'],
          },
        ],
      },
      validations: [{ expression: `object.spec.${field} > 0` }],
    },
  });
  succeeded(await apply(cluster, [policy('replicsa')]));
  await settle(cluster);
  const [warning = ''] = await policyWarnings(cluster);
  assert.match(
    warning,
    /^replicas spec.validations\[0\].expression: .*undefined field 'replicsa'/s,
  );
  succeeded(await apply(cluster, [policy('replicas')]));
  await settle(cluster);
  assert.deepEqual(await policyWarnings(cluster), []);
  succeeded(await cluster.kubectl(['delete', 'validatingadmissionpolicy', 'replicas']));
});

const folders = appliedFolders('manifests');
// a reader's own server need not be hardened
const readers = appliedFolders('test/readers');

test('there are folders of manifests, and of readers, to apply', () => {
  assert.ok(folders.includes('manifests/base') && folders.length > 1, folders.join(', '));
  assert.ok(readers.length > 0);
});

for (const folder of [...folders, ...readers]) {
  const level = folders.includes(folder) ? 'restricted' : 'privileged';
  const path = join(root, folder);
  let before: Map<string, Tree>;
  let live: Map<string, Tree>;

  test(`${folder} is applied as it was built, in namespaces at level ${level}`, async () => {
    const built = objectsOf(await buildYaml(path));
    before = await snapshot(cluster);
    await makeNamespaces(cluster, built, level);
    succeeded(await cluster.kubectl(['apply', '--server-side', '-k', path]));
    await settle(cluster);
    live = await snapshot(cluster);
    const lost = built.flatMap((object) => {
      const name = nameOf(object);
      return notHeld(object, live.get(name)).map((place) => `${name}: ${place}`);
    });
    assert.deepEqual(lost, []);
    assert.deepEqual(await policyWarnings(cluster), []);
  });

  test(`${folder} applied a second time changes nothing`, async () => {
    const versions = await steadyVersionsOf(path);
    succeeded(await cluster.kubectl(['apply', '--server-side', '-k', path]));
    assert.deepEqual(await versionsOf(path), versions);
    assert.deepEqual(differences(live, await snapshot(cluster)), []);
  });

  if (readers.includes(folder)) continue;
  test(`${folder} deleted as a whole leaves the cluster as it was`, async () => {
    const built = objectsOf(await buildYaml(path));
    succeeded(await cluster.kubectl(['delete', '-k', path]));
    const spaces = built.map(({ metadata }) => (metadata as Tree)['namespace']);
    const left = [...new Set(spaces)].filter((name) => name !== undefined).map(String);
    succeeded(await cluster.kubectl(['delete', 'namespace', '--ignore-not-found', ...left]));
    assert.deepEqual(differences(before, await snapshot(cluster)), []);
  });
}

/** The versions once controllers have written what they see into each status. */
async function steadyVersionsOf(path: string): Promise<string[]> {
  for (let versions = await versionsOf(path); ;) {
    await sleep(1000);
    const later = await versionsOf(path);
    if (isDeepStrictEqual(later, versions)) return versions;
    versions = later;
  }
}

/**
 * The resource version of each object of a folder; every change of an object gives it another. Of two
 * kinds the API server writes the status that their definition gives by default again at each apply.
 */
async function versionsOf(path: string): Promise<string[]> {
  const format =
    '{range .items[*]}{.kind} {.metadata.name} {.metadata.resourceVersion}{"\\n"}{end}';
  const args = ['get', '-k', path, '-o', `jsonpath=${format}`];
  const lines = succeeded(await cluster.kubectl(args))
    .trim()
    .split('\n');
  assert.ok(lines.length > 1, lines.join());
  return lines.filter((line) => !/^Gateway(Class)? /.test(line));
}

function nameOf({ kind, metadata }: Tree): string {
  const { namespace, name } = metadata as Record<string, string | undefined>;
  return `${kind as string} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}
