import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { root } from '../scripts/lib/paths.ts';
import {
  Bench,
  buildYaml,
  changesBetween,
  newest,
  objectsOf,
  oldest,
  placesOf,
  type Tree,
} from './lib/manifests.ts';

const bench = new Bench();
after(() => bench.remove());

const pod = 'Deployment spec.template.spec';
const server = `${pod}.containers.mcp-server`;

test("a reader's server that says nothing of security meets the Pod Security level restricted", async () => {
  const places = placesOf(objectsOf(await buildYaml(join(root, 'test/readers/hardened'))));
  const facts: Record<string, string> = {
    [`${pod}.automountServiceAccountToken`]: 'false',
    [`${pod}.enableServiceLinks`]: 'false',
    [`${pod}.securityContext.runAsNonRoot`]: 'true',
    [`${pod}.securityContext.seccompProfile.type`]: '"RuntimeDefault"',
    [`${server}.securityContext.allowPrivilegeEscalation`]: 'false',
    [`${server}.securityContext.readOnlyRootFilesystem`]: 'true',
    [`${server}.securityContext.capabilities.drop.0`]: '"ALL"',
    [`${server}.securityContext.runAsUser`]: '10001',
    [`${server}.resources.requests.cpu`]: '"200m"',
    [`${server}.resources.limits.memory`]: '"1Gi"',
    [`${server}.readinessProbe.tcpSocket.port`]: '4000',
    [`${server}.livenessProbe.tcpSocket.port`]: '4000',
    [`${pod}.topologySpreadConstraints.0.topologyKey`]: '"kubernetes.io/hostname"',
    [`${pod}.topologySpreadConstraints.0.labelSelector.matchLabels.app`]: '"orders-tools"',
    [`${pod}.topologySpreadConstraints.1.topologyKey`]: '"topology.kubernetes.io/zone"',
    [`${pod}.topologySpreadConstraints.1.labelSelector.matchLabels.app`]: '"orders-tools"',
    'PodDisruptionBudget spec.maxUnavailable': '1',
    'PodDisruptionBudget spec.unhealthyPodEvictionPolicy': '"AlwaysAllow"',
    'PodDisruptionBudget spec.selector.matchLabels.app': '"orders-tools"',
  };
  const found = Object.fromEntries(Object.keys(facts).map((place) => [place, places.get(place)]));
  assert.deepEqual(found, facts);
});

test('a StatefulSet is hardened as a Deployment is, and a selector is carried with its expressions', async () => {
  writeReader('stateful', ['pattern']);
  const settings = readFileSync(join(root, 'test/readers/hardened/settings.yaml'), 'utf8');
  bench.write('test/readers/bench/settings.yaml', settings);
  const ofStateful = objectsOf(await buildYaml(bench.reader));
  const [stateful] = ofStateful.filter(({ kind }) => kind === 'StatefulSet');
  const places = placesOf([stateful ?? {}]);
  const set = 'StatefulSet spec.template.spec';
  assert.equal(places.get(`${set}.securityContext.runAsNonRoot`), 'true');
  assert.equal(
    places.get(`${set}.topologySpreadConstraints.0.labelSelector.matchLabels.app`),
    '"notes"',
  );
  writeReader('own', ['pattern']);
  bench.write('test/readers/bench/settings.yaml', settings);
  const selector = {
    matchExpressions: [{ key: 'version', operator: 'Exists' }],
    matchLabels: { app: 'ticket-tools', tier: 'tools' },
  };
  const selectors = objectsOf(await buildYaml(bench.reader)).flatMap(({ kind, spec }) => {
    if (kind === 'NetworkPolicy') return [(spec as Tree)['podSelector']];
    return kind === 'PodDisruptionBudget' ? [(spec as Tree)['selector']] : [];
  });
  assert.deepEqual(selectors, [selector, selector, selector]);
});

test('what the pattern adds to the reference server is the spread, and objects beside it', async () => {
  const base = await buildYaml(join(root, 'manifests/base'));
  const hardened = await buildYaml(join(root, 'manifests/hardened-baseline'));
  const own = ['Deployment', 'Service', 'ServiceAccount', 'Namespace'];
  const changed = changesBetween(base, hardened).filter((place) =>
    own.includes(place.split(' ')[0] ?? ''),
  );
  assert.ok(changed.length > 0);
  assert.deepEqual(
    changed.filter((place) => !place.startsWith(`${pod}.topologySpreadConstraints.`)),
    [],
  );
});

test('probes of a server that has some are its own, until it takes the TCP probes', async () => {
  const probes = async (components: string[]) => {
    writeReader('hardened', components);
    const text = readFileSync(join(root, 'test/readers/hardened/server.yaml'), 'utf8');
    const probe = 'readinessProbe: { httpGet: { path: /ready, port: 4000 } }';
    bench.write(
      'test/readers/bench/server.yaml',
      text.replace('          ports:\n', `          ${probe}\n          ports:\n`),
    );
    const places = placesOf(objectsOf(await buildYaml(bench.reader)));
    return [...places.keys()].filter((place) => place.startsWith(`${server}.readinessProbe`));
  };
  const probe = `${server}.readinessProbe`;
  assert.deepEqual(await probes(['pattern']), [`${probe}.httpGet.path`, `${probe}.httpGet.port`]);
  assert.deepEqual(await probes(['pattern', 'tcp-probes']), [
    `${probe}.periodSeconds`,
    `${probe}.tcpSocket.port`,
  ]);
});

test('in any order with the gate, callers enter by the gate alone', async () => {
  const [hardened, token] = ['hardened-baseline/pattern', 'token-authentication/pattern'];
  const builds: string[] = [];
  for (const minor of [oldest, newest]) {
    for (const order of [
      [hardened, token],
      [token, hardened],
    ]) {
      writeReader('hardened', [], order);
      builds.push(await buildYaml(bench.reader, minor));
    }
  }
  const [first, ...others] = builds.map((text) => placesOf(objectsOf(text)));
  for (const other of others)
    assert.deepEqual(sorted(other), sorted(first ?? new Map<string, string>()));
  const policies = objectsOf(builds[0] ?? '').filter(({ kind }) => kind === 'NetworkPolicy');
  const entering = policies.flatMap(({ spec }) => (spec as { ingress?: Tree[] }).ingress ?? []);
  assert.equal(entering.length, 2);
  for (const { from, ports } of entering) {
    assert.deepEqual(ports, [{ port: 'mcp-gate' }]);
    assert.deepEqual(from, [
      {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ingress' } },
        podSelector: { matchLabels: { app: 'haproxy' } },
      },
      { podSelector: { matchLabels: { app: 'orders-agent' } } },
    ]);
  }
});

test('two servers in two namespaces, or in one, share no object', async () => {
  const ids = async (from: string, to: string) => {
    writeReader('hardened', ['pattern']);
    const text = readFileSync(join(root, 'test/readers/hardened/server.yaml'), 'utf8');
    bench.write('test/readers/bench/server.yaml', text.replaceAll(from, to));
    return objectsOf(await buildYaml(bench.reader)).map(identify);
  };
  const own = await ids('none', 'none');
  assert.equal(own.length, 11);
  assert.equal(new Set(own).size, own.length);
  const elsewhere = await ids('namespace: orders', 'namespace: returns');
  const beside = await ids('name: orders', 'name: returns');
  for (const others of [elsewhere, beside]) {
    assert.equal(others.length, own.length);
    assert.deepEqual(
      others.filter((id) => own.includes(id)),
      [],
    );
  }
});

test('each admission policy refuses, is bound once, and to the namespace of the server alone', async () => {
  const objects = objectsOf(await buildYaml(join(root, 'test/readers/hardened')));
  const of = (kind: string) => objects.filter((object) => object['kind'] === kind);
  const policies = of('ValidatingAdmissionPolicy');
  const bindings = of('ValidatingAdmissionPolicyBinding');
  assert.equal(policies.length, 3);
  assert.deepEqual(
    bindings.map(({ spec }) => spec),
    policies.map(({ metadata }) => ({
      policyName: (metadata as Tree)['name'],
      validationActions: ['Deny'],
      matchResources: {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'orders' } },
      },
    })),
  );
  for (const { spec } of policies) assert.equal((spec as Tree)['failurePolicy'], 'Fail');
  for (const { metadata } of [...policies, ...bindings]) {
    assert.match(String((metadata as Tree)['name']), /\.orders\.orders-tools$/);
    assert.deepEqual((metadata as Tree)['labels'], {
      'app.kubernetes.io/instance': 'orders',
      'app.kubernetes.io/part-of': 'hardened-baseline',
      'mcp-security-framework/server': 'orders-tools',
    });
  }
});

test('the reference server without the line of the pattern is the base, byte for byte', async () => {
  const file = 'manifests/hardened-baseline/kustomization.yaml';
  const lines = readFileSync(join(root, file), 'utf8');
  const without = lines.replace(', pattern]', ']');
  assert.notEqual(without, lines);
  bench.write(file, without);
  assert.equal(
    await buildYaml(join(bench.folder, 'manifests/hardened-baseline')),
    await buildYaml(join(root, 'manifests/base')),
  );
});

/** Put a reader's files into the bench, with components of the pattern, or of any. */
function writeReader(reader: string, parts: string[], components: string[] = []): void {
  for (const name of ['server.yaml', 'settings.yaml']) {
    const text = readFileSync(join(root, 'test/readers', reader, name), 'utf8');
    bench.write(`test/readers/bench/${name}`, text);
  }
  const named = [...parts.map((part) => `hardened-baseline/${part}`), ...components];
  bench.write('test/readers/bench/kustomization.yaml', {
    resources: ['settings.yaml', 'server.yaml'],
    components: named.map((name) => `../../../manifests/${name}`),
  });
}

function sorted(places: Map<string, string>): [string, string][] {
  return [...places].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** What tells an object from every other in a cluster. */
function identify({ kind, metadata }: Tree): string {
  const { name, namespace } = metadata as { name: string; namespace?: string };
  return `${String(kind)} ${namespace ?? ''}/${name}`;
}
