import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { root } from '../scripts/lib/paths.ts';
import {
  Bench,
  buildYaml,
  changesBetween,
  objectsOf,
  placesOf,
  type Tree,
} from './lib/manifests.ts';

const bench = new Bench();
after(() => bench.remove());

test('every pod of base and every gate meets the Pod Security level restricted', async () => {
  for (const folder of ['manifests/base', 'manifests/token-authentication']) {
    const places = placesOf(objectsOf(await buildYaml(join(root, folder))));
    const pod = 'Deployment spec.template.spec';
    assert.equal(places.get(`${pod}.securityContext.runAsNonRoot`), 'true');
    assert.equal(places.get(`${pod}.securityContext.seccompProfile.type`), '"RuntimeDefault"');
    assert.equal(places.get(`${pod}.automountServiceAccountToken`), 'false');
    const names = folder.endsWith('base') ? ['mcp-server'] : ['mcp-gate', 'mcp-server'];
    for (const name of names) {
      const context = `${pod}.containers.${name}.securityContext`;
      assert.equal(places.get(`${context}.allowPrivilegeEscalation`), 'false');
      assert.equal(places.get(`${context}.capabilities.drop.0`), '"ALL"');
      assert.equal(places.get(`${context}.readOnlyRootFilesystem`), 'true');
      assert.ok(places.has(`${pod}.containers.${name}.resources.limits.memory`));
      assert.ok(places.has(`${pod}.containers.${name}.readinessProbe.httpGet.port`));
    }
  }
});

test('the gate meets the Pod Security level restricted in a pod that says nothing of it', async () => {
  const places = placesOf(serverOf(await buildYaml(join(root, 'test/readers/own'))));
  const context = 'Deployment spec.template.spec.containers.mcp-gate.securityContext';
  assert.equal(places.get(`${context}.runAsNonRoot`), 'true');
  assert.equal(places.get(`${context}.runAsUser`), '65532');
  assert.equal(places.get(`${context}.seccompProfile.type`), '"RuntimeDefault"');
  assert.equal(places.get(`${context}.allowPrivilegeEscalation`), 'false');
  assert.equal(places.get(`${context}.capabilities.drop.0`), '"ALL"');
});

test('the gate and the reference server wait for their endpoints to be withdrawn', async () => {
  const text = await buildYaml(join(root, 'manifests/token-authentication'));
  const places = placesOf(objectsOf(text));
  for (const name of ['mcp-gate', 'mcp-server']) {
    const container = `Deployment spec.template.spec.containers.${name}`;
    assert.equal(places.get(`${container}.lifecycle.preStop.sleep.seconds`), '5');
  }
});

test("a reader's server keeps all that it has, and gains the gate before it", async () => {
  const [alone, guarded] = await aloneAndGuarded('own');
  const changes = changesBetween(alone, guarded);
  const server = 'Deployment spec.template.spec';
  assert.deepEqual(
    changes.filter((place) => !place.startsWith(`${server}.containers.mcp-gate.`)),
    [
      'ConfigMap apiVersion',
      'ConfigMap data.close_ticket',
      'ConfigMap data.search_tickets',
      'ConfigMap kind',
      'ConfigMap metadata.labels.app.kubernetes.io/part-of',
      'ConfigMap metadata.labels.mcp-security-framework/server',
      'ConfigMap metadata.name',
      'ConfigMap metadata.namespace',
      'Deployment spec.template.metadata.annotations.kubectl.kubernetes.io/default-container',
      `${server}.volumes.mcp-gate-tools.configMap.name`,
      `${server}.volumes.mcp-gate-tools.name`,
      'NetworkPolicy apiVersion',
      'NetworkPolicy kind',
      'NetworkPolicy metadata.labels.app.kubernetes.io/component',
      'NetworkPolicy metadata.labels.app.kubernetes.io/part-of',
      'NetworkPolicy metadata.labels.mcp-security-framework/server',
      'NetworkPolicy metadata.name',
      'NetworkPolicy metadata.namespace',
      'NetworkPolicy spec.ingress.0.from.0.namespaceSelector.matchLabels.kubernetes.io/metadata.name',
      'NetworkPolicy spec.ingress.0.ports.0.port',
      'NetworkPolicy spec.podSelector.matchExpressions.0.key',
      'NetworkPolicy spec.podSelector.matchExpressions.0.operator',
      'NetworkPolicy spec.podSelector.matchLabels.app',
      'NetworkPolicy spec.podSelector.matchLabels.tier',
      'NetworkPolicy spec.policyTypes.0',
      'Service spec.ports.0.targetPort',
    ],
  );
});

test("every object that the pattern adds carries its label and its server's, and none is a Namespace", async () => {
  for (const [reader, server] of [
    ['own', 'ticket-tools'],
    ['stateful', 'notes'],
  ] as const) {
    const [alone, guarded] = await aloneAndGuarded(reader);
    const before = objectsOf(alone).map(identify);
    const added = objectsOf(guarded).filter((object) => !before.includes(identify(object)));
    const found = added.map((object) => [object['kind'], labelsOf(object)]);
    const labels = {
      'app.kubernetes.io/part-of': 'token-authentication',
      'mcp-security-framework/server': server,
    };
    assert.deepEqual(found, [
      ['ConfigMap', labels],
      ['NetworkPolicy', { ...labels, 'app.kubernetes.io/component': 'mcp-entrance' }],
    ]);
  }
});

test('two servers in one namespace, built apart, share no object', async () => {
  const [own, other] = await twoServers();
  assert.equal(other.length, own.length);
  assert.deepEqual(
    other.filter((object) => own.map(identify).includes(identify(object))),
    [],
  );
});

test("the page's lines that take the pattern off one server leave the other whole", async () => {
  const page = readFileSync(join(root, 'patterns/token-authentication/index.md'), 'utf8');
  const deletes = [
    ...page.replaceAll('\\\n', '').matchAll(/^kubectl delete (\w+) -n (\S+) -l *(\S+)$/gm),
  ];
  assert.deepEqual(
    deletes.map(([, kind]) => kind),
    ['networkpolicy', 'configmap'],
  );
  const [own, other] = await twoServers();
  const taken = [...own, ...other].filter((object) =>
    deletes.some(([, kind, , selector = '']) => {
      const wanted = selector.replace('model-operations', 'ticket-tools').split(',');
      const has = Object.entries(labelsOf(object)).map(([key, value]) => `${key}=${value}`);
      const all = wanted.length > 0 && wanted.every((label) => has.includes(label));
      return all && String(object['kind']).toLowerCase() === kind;
    }),
  );
  const added = own.filter((object) => 'app.kubernetes.io/part-of' in labelsOf(object));
  assert.equal(added.length, 2);
  assert.deepEqual(taken.map(identify), added.map(identify));
});

test('the reference server without the line of the pattern is the base, byte for byte', async () => {
  const file = 'manifests/token-authentication/kustomization.yaml';
  const lines = readFileSync(join(root, file), 'utf8');
  const without = lines.replace(', pattern]', ']');
  assert.notEqual(without, lines);
  bench.write(file, without);
  assert.equal(
    await buildYaml(join(bench.folder, 'manifests/token-authentication')),
    await buildYaml(join(root, 'manifests/base')),
  );
});

test("a reader's kustomization has six lines at most", () => {
  for (const reader of ['own', 'stateful', 'reference-server']) {
    const text = readFileSync(join(root, 'test/readers', reader, 'kustomization.yaml'), 'utf8');
    assert.ok(text.trimEnd().split('\n').length <= 6, `${reader} has more`);
  }
});

/** Build a reader's server without the pattern and with it. */
async function aloneAndGuarded(reader: string): Promise<[string, string]> {
  const server = readFileSync(join(root, 'test/readers', reader, 'server.yaml'), 'utf8');
  bench.write('test/readers/bench/server.yaml', server);
  bench.write('test/readers/bench/kustomization.yaml', { resources: ['server.yaml'] });
  return [await buildYaml(bench.reader), await buildYaml(join(root, 'test/readers', reader))];
}

/** A reader's server with the pattern, and another in the same namespace with the same tools. */
async function twoServers(): Promise<[Tree[], Tree[]]> {
  const text = (name: string) => readFileSync(join(root, 'test/readers/own', name), 'utf8');
  const server = text('server.yaml')
    .replaceAll('ticket-tools', 'archive')
    .replaceAll('name: tickets', 'name: archive')
    .replaceAll('namespace: archive', 'namespace: tickets');
  bench.write('test/readers/bench/server.yaml', server);
  bench.write('test/readers/bench/settings.yaml', text('settings.yaml'));
  bench.write('test/readers/bench/kustomization.yaml', text('kustomization.yaml'));
  const own = await buildYaml(join(root, 'test/readers/own'));
  return [objectsOf(own), objectsOf(await buildYaml(bench.reader))];
}

function labelsOf({ metadata }: Tree): Record<string, string> {
  return ((metadata as Tree)['labels'] ?? {}) as Record<string, string>;
}

function identify({ kind, metadata }: Tree): string {
  return `${String(kind)} ${String((metadata as Tree)['name'])}`;
}

function serverOf(text: string): Tree[] {
  return objectsOf(text).filter(({ kind }) => kind === 'Deployment');
}
