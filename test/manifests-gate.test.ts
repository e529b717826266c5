import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readConfiguration } from '../patterns/gate/configuration.ts';
import { run } from '../scripts/lib/children.ts';
import { root } from '../scripts/lib/paths.ts';
import { containersOf, gateEnvironment } from './lib/built-gate.ts';
import { Bench, buildYaml, objectsOf, placesOf, type Tree } from './lib/manifests.ts';

const bench = new Bench();
after(() => bench.remove());

test('the gate before a Deployment is configured by the settings of its reader', async () => {
  const places = placesOf(objectsOf(await buildYaml(join(root, 'test/readers/own'))));
  const gate = 'Deployment spec.template.spec.containers.mcp-gate';
  const facts: Record<string, string> = {
    [`${gate}.image`]: '"images.example.net/mcp-security-framework:0.1.0"',
    [`${gate}.ports.mcp-gate.containerPort`]: '9443',
    [`${gate}.env.MCP_GATE_PORT.value`]: '"9443"',
    [`${gate}.env.MCP_GATE_UPSTREAM.value`]: '"http://127.0.0.1:7777"',
    [`${gate}.env.MCP_RESOURCE.value`]: '"https://tickets.example.net/tickets"',
    [`${gate}.env.MCP_ISSUER.value`]: '"https://id.example.net/"',
    [`${gate}.env.MCP_JWKS.value`]: '"https://id.example.net/keys"',
    [`${gate}.env.MCP_ALGORITHMS.value`]: '"EdDSA"',
    [`${gate}.env.MCP_SCOPES.value`]: '"tickets:read tickets:write"',
    [`${gate}.env.MCP_TOOLS_DIR.value`]: '"/etc/mcp-gate/tools"',
    [`${gate}.volumeMounts.mcp-gate-tools.mountPath`]: '"/etc/mcp-gate/tools"',
    [`${gate}.volumeMounts.mcp-gate-tools.readOnly`]: 'true',
    [`${gate}.readinessProbe.httpGet.path`]: '"/healthz"',
    [`${gate}.readinessProbe.httpGet.port`]: '"mcp-gate"',
    'ConfigMap data.close_ticket': '"tickets:write"',
    'ConfigMap data.search_tickets': '"tickets:read"',
    'ConfigMap metadata.namespace': '"tickets"',
    'Service spec.ports.0.targetPort': '"mcp-gate"',
    'Service spec.ports.0.port': '7000',
    'NetworkPolicy metadata.namespace': '"tickets"',
    'NetworkPolicy metadata.name': '"token-authentication.ticket-tools"',
    'NetworkPolicy metadata.labels.mcp-security-framework/server': '"ticket-tools"',
    'ConfigMap metadata.labels.mcp-security-framework/server': '"ticket-tools"',
    'NetworkPolicy spec.podSelector.matchExpressions.0.key': '"version"',
    'NetworkPolicy spec.podSelector.matchExpressions.0.operator': '"Exists"',
    'NetworkPolicy spec.podSelector.matchLabels.app': '"ticket-tools"',
    'NetworkPolicy spec.podSelector.matchLabels.tier': '"tools"',
    'NetworkPolicy spec.policyTypes.0': '"Ingress"',
    'NetworkPolicy spec.ingress.0.ports.0.port': '"mcp-gate"',
    'NetworkPolicy spec.ingress.0.from.0.namespaceSelector.matchLabels.kubernetes.io/metadata.name':
      '"ingress"',
  };
  const found = Object.fromEntries(Object.keys(facts).map((place) => [place, places.get(place)]));
  assert.deepEqual(found, facts);
  assert.equal(
    places.get('Deployment spec.template.spec.volumes.mcp-gate-tools.configMap.name'),
    places.get('ConfigMap metadata.name'),
  );
});

test('a StatefulSet gains the gate as a Deployment does, and its other Service stays', async () => {
  const objects = objectsOf(await buildYaml(join(root, 'test/readers/stateful')));
  const isPeers = ({ metadata }: Tree) => (metadata as Tree)['name'] === 'notes-peers';
  const [peers] = objects.filter(isPeers);
  assert.deepEqual((peers as Tree)['spec'], {
    clusterIP: 'None',
    ports: [{ port: 3000 }],
    selector: { app: 'notes' },
  });
  const places = placesOf(objects.filter((object) => !isPeers(object)));
  const gate = 'StatefulSet spec.template.spec.containers.mcp-gate';
  assert.equal(places.get(`${gate}.env.MCP_GATE_UPSTREAM.value`), '"http://127.0.0.1:3000"');
  assert.equal(places.get(`${gate}.env.MCP_GATE_PORT.value`), '"8443"');
  assert.equal(places.get('Service spec.ports.http.targetPort'), '"mcp-gate"');
  assert.equal(places.get('NetworkPolicy spec.ingress.0.ports.0.port'), '"mcp-gate"');
  assert.equal(places.get('NetworkPolicy metadata.name'), '"token-authentication.notes"');
  assert.equal(places.get('NetworkPolicy spec.podSelector.matchLabels.app'), '"notes"');
  assert.equal(places.get('StatefulSet spec.volumeClaimTemplates.0.metadata.name'), '"data"');
});

test('the gate accepts the configuration that the manifests of each reader give it', async () => {
  const expected: Record<string, [path: string, tools: Record<string, string>]> = {
    own: ['/tickets', { search_tickets: 'tickets:read', close_ticket: 'tickets:write' }],
    stateful: ['/notes', { add_note: 'notes:all' }],
    'reference-server': ['/mcp', { list_models: 'models:read' }],
  };
  for (const [reader, [path, tools]] of Object.entries(expected)) {
    const objects = objectsOf(await buildYaml(join(root, 'test/readers', reader)));
    const configuration = readConfiguration(gateEnvironment(objects, join(bench.folder, reader)));
    assert.ok('options' in configuration, JSON.stringify(configuration));
    assert.deepEqual([configuration.path, configuration.options.tools], [path, tools]);
  }
});

test('the command of each container starts its program', async () => {
  const objects = objectsOf(await buildYaml(join(root, 'manifests/token-authentication')));
  const commands = containersOf(objects).map(({ name, command }) => [name, command] as const);
  assert.deepEqual(commands, [
    ['mcp-gate', ['node', 'patterns/gate/main.ts']],
    ['mcp-server', ['node', 'patterns/reference-server/main.ts']],
  ]);
  const says = { 'mcp-gate': /MCP_GATE_PORT is not set/, 'mcp-server': /--port/ };
  for (const [name, [, ...args]] of commands) {
    const end = await run(process.execPath, [...args, '--help'], { cwd: root, env: {} });
    assert.match(end.stdout + end.stderr, says[name as keyof typeof says]);
  }
});
