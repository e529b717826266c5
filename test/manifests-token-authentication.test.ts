import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
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
      'ConfigMap metadata.name',
      'ConfigMap metadata.namespace',
      'Deployment spec.template.metadata.annotations.kubectl.kubernetes.io/default-container',
      `${server}.volumes.mcp-gate-tools.configMap.name`,
      `${server}.volumes.mcp-gate-tools.name`,
      'NetworkPolicy apiVersion',
      'NetworkPolicy kind',
      'NetworkPolicy metadata.labels.app.kubernetes.io/component',
      'NetworkPolicy metadata.labels.app.kubernetes.io/part-of',
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

test('every object that the pattern adds carries its label, and none is a Namespace', async () => {
  for (const reader of ['own', 'stateful']) {
    const [alone, guarded] = await aloneAndGuarded(reader);
    const before = objectsOf(alone).map(identify);
    const added = objectsOf(guarded).filter((object) => !before.includes(identify(object)));
    const found = added.map(({ kind, metadata }) => [kind, (metadata as Tree)['labels']]);
    const labels = { 'app.kubernetes.io/part-of': 'token-authentication' };
    assert.deepEqual(found, [
      ['ConfigMap', labels],
      ['NetworkPolicy', { ...labels, 'app.kubernetes.io/component': 'mcp-entrance' }],
    ]);
  }
});

test('two servers in one namespace, built apart, share no object but an equal list of tools', async () => {
  const text = (name: string) => readFileSync(join(root, 'test/readers/own', name), 'utf8');
  const own = objectsOf(await buildYaml(join(root, 'test/readers/own')));
  const shared = async (settings: string) => {
    const server = text('server.yaml')
      .replaceAll('ticket-tools', 'archive')
      .replaceAll('name: tickets', 'name: archive');
    bench.write('test/readers/bench/server.yaml', server);
    bench.write('test/readers/bench/settings.yaml', settings);
    bench.write('test/readers/bench/kustomization.yaml', text('kustomization.yaml'));
    const other = objectsOf(await buildYaml(bench.reader));
    assert.equal(other.length, own.length);
    return other.filter((object) => own.map(identify).includes(identify(object)));
  };
  const [tools, ...others] = await shared(text('settings.yaml'));
  assert.deepEqual([tools?.['kind'], others], ['ConfigMap', []]);
  assert.ok(own.some((object) => isDeepStrictEqual(object, tools)));
  assert.deepEqual(await shared(text('settings.yaml').replace('close_ticket', 'open_ticket')), []);
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

function identify({ kind, metadata }: Tree): string {
  return `${String(kind)} ${String((metadata as Tree)['name'])}`;
}

function serverOf(text: string): Tree[] {
  return objectsOf(text).filter(({ kind }) => kind === 'Deployment');
}
