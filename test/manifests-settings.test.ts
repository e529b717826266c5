import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import {
  Bench,
  buildYaml,
  changesBetween,
  newest,
  oldest,
  readObject,
  withValue,
  type Tree,
} from './lib/manifests.ts';

interface Change {
  value: unknown;
  /** Every place of the build that follows the setting. */
  arrives: string[];
}

const pod = 'Deployment spec.template.spec';
const gate = `${pod}.containers.mcp-gate`;
const server = `${pod}.containers.mcp-server`;
const toolsName = ['ConfigMap metadata.name', `${pod}.volumes.mcp-gate-tools.configMap.name`];

/** Each setting, another value for it, and where it must arrive on the reference server. */
const changes: Record<string, Change> = {
  resource: {
    value: 'https://changed.example.net/changed',
    arrives: [`${gate}.env.MCP_RESOURCE.value`],
  },
  issuer: { value: 'https://issuer.example.net/', arrives: [`${gate}.env.MCP_ISSUER.value`] },
  jwks: { value: 'https://keys.example.net/?a=b', arrives: [`${gate}.env.MCP_JWKS.value`] },
  algorithms: { value: 'EdDSA', arrives: [`${gate}.env.MCP_ALGORITHMS.value`] },
  scopes: { value: 'some more', arrives: [`${gate}.env.MCP_SCOPES.value`] },
  tools: {
    value: { some_tool: 'some', true: 'more' },
    arrives: [
      'ConfigMap data.delete_model',
      'ConfigMap data.deploy_model',
      'ConfigMap data.get_model_card',
      'ConfigMap data.list_models',
      'ConfigMap data.read_inference_log',
      'ConfigMap data.rollback_model',
      'ConfigMap data.some_tool',
      'ConfigMap data.true',
      ...toolsName,
    ],
  },
  'gate.image': { value: 'registry.example.net/gate:9.8.7', arrives: [`${gate}.image`] },
  'gate.port': {
    value: 12345,
    arrives: [`${gate}.env.MCP_GATE_PORT.value`, `${gate}.ports.mcp-gate.containerPort`],
  },
  'server.name': {
    value: 'renamed',
    arrives: [
      'Deployment metadata.name',
      'Deployment spec.selector.matchLabels.app.kubernetes.io/name',
      'Deployment spec.template.metadata.labels.app.kubernetes.io/name',
      `${pod}.serviceAccountName`,
      'NetworkPolicy metadata.name',
      'NetworkPolicy spec.podSelector.matchLabels.app.kubernetes.io/name',
      'Service metadata.name',
      'Service spec.selector.app.kubernetes.io/name',
      'ServiceAccount metadata.name',
    ],
  },
  'server.namespace': {
    value: 'elsewhere',
    arrives: [
      'ConfigMap metadata.namespace',
      'Deployment metadata.namespace',
      'Namespace metadata.name',
      'NetworkPolicy metadata.namespace',
      'Service metadata.namespace',
      'ServiceAccount metadata.namespace',
    ],
  },
  'server.image': { value: 'registry.example.net/srv:6.5.4', arrives: [`${server}.image`] },
  'server.port': {
    value: 23456,
    arrives: [
      `${gate}.env.MCP_GATE_UPSTREAM.value`,
      `${server}.args.3`,
      `${server}.ports.mcp.containerPort`,
    ],
  },
  'server.replicas': { value: 7, arrives: ['Deployment spec.replicas'] },
};

const bench = new Bench();
after(() => bench.remove());
const settings = readObject('manifests/settings/settings.yaml');

async function buildWith(changed: Tree, minor = newest): Promise<string> {
  bench.write('manifests/settings/settings.yaml', changed);
  return buildYaml(join(bench.folder, 'manifests/token-authentication'), minor);
}

test('every setting is changed here', () => {
  const named = new Set(Object.keys(changes));
  const held = leaves(settings['spec'] as Tree);
  assert.deepEqual([...named].sort(), held.sort());
});

for (const [setting, { value, arrives }] of Object.entries(changes)) {
  test(`spec.${setting} arrives where it belongs, and changes nothing else`, async () => {
    const before = await buildWith(settings);
    const changed = await buildWith(withValue(settings, `spec.${setting}`, value));
    assert.deepEqual(changesBetween(before, changed), [...arrives].sort());
  });
}

test('with every setting changed no default is left', async () => {
  const changed = Object.entries(changes).reduce(
    (tree, [setting, { value }]) => withValue(tree, `spec.${setting}`, value),
    settings,
  );
  const text = await buildWith(changed);
  assert.equal(await buildWith(changed, oldest), text);
  const defaults = [
    /: mcp$/m,
    /example\.com/,
    /ES256|PS256|RS256/,
    /models:(read|deploy|delete)/,
    /list_models|get_model_card|read_inference_log|deploy_model|rollback_model|delete_model/,
    /mcp-security-framework:/,
    /18080/,
    /\b8080\b/,
    /model-operations/,
    /replicas: 2/,
  ];
  const before = await buildWith(settings);
  for (const pattern of defaults) {
    assert.match(before, pattern);
    // the name of a port is no setting
    assert.doesNotMatch(text.replaceAll(/(name|port|targetPort): mcp$/gm, ''), pattern);
  }
});

/** The settings by dotted path; `tools` is one, being taken over as a whole. */
function leaves(tree: Tree, path = ''): string[] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'object' && key !== 'tools'
      ? leaves(value as Tree, `${path}${key}.`)
      : [`${path}${key}`],
  );
}
