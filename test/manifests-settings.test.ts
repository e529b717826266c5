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
  /** Every place of a pattern's build that follows the setting. */
  arrives: Partial<Record<PatternId, string[]>>;
}

type PatternId = (typeof patterns)[number];
const patterns = ['token-authentication', 'hardened-baseline'] as const;

const pod = 'Deployment spec.template.spec';
const gate = `${pod}.containers.mcp-gate`;
const server = `${pod}.containers.mcp-server`;
const toolsName = ['ConfigMap metadata.name', `${pod}.volumes.mcp-gate-tools.configMap.name`];
const policies = ['ingress', 'egress'].map((name) => `NetworkPolicy hardened-baseline-${name}`);
const [ingress, egress] = policies;
const admission = ['pods', 'services', 'network-policies'].flatMap((what) =>
  ['ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding'].map(
    (kind) => `${kind} hardened-baseline-${what}`,
  ),
);
const bindings = admission.filter((each) => each.includes('Binding'));
const selectorLabel = 'matchLabels.app.kubernetes.io/name';
const caller = 'spec.ingress.0.from.0';
const peer = 'spec.egress.1.to.0';

/** What carries the name of the reference server in any build. */
const named = [
  'Deployment metadata.name',
  `Deployment spec.selector.${selectorLabel}`,
  'Deployment spec.template.metadata.labels.app.kubernetes.io/name',
  `${pod}.serviceAccountName`,
  'Service metadata.name',
  'Service spec.selector.app.kubernetes.io/name',
  'ServiceAccount metadata.name',
];

/** What is in the namespace of the reference server in any build. */
const placed = [
  'Deployment metadata.namespace',
  'Namespace metadata.name',
  'Service metadata.namespace',
  'ServiceAccount metadata.namespace',
];

/** Each setting, another value for it, and where it must arrive on the reference server. */
const changes: Record<string, Change> = {
  resource: {
    value: 'https://changed.example.net/changed',
    arrives: { 'token-authentication': [`${gate}.env.MCP_RESOURCE.value`] },
  },
  issuer: {
    value: 'https://issuer.example.net/',
    arrives: { 'token-authentication': [`${gate}.env.MCP_ISSUER.value`] },
  },
  jwks: {
    value: 'https://keys.example.net/?a=b',
    arrives: { 'token-authentication': [`${gate}.env.MCP_JWKS.value`] },
  },
  algorithms: {
    value: 'EdDSA',
    arrives: { 'token-authentication': [`${gate}.env.MCP_ALGORITHMS.value`] },
  },
  scopes: {
    value: 'some more',
    arrives: { 'token-authentication': [`${gate}.env.MCP_SCOPES.value`] },
  },
  tools: {
    value: { some_tool: 'some', true: 'more' },
    arrives: {
      'token-authentication': [
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
  },
  'gate.image': {
    value: 'registry.example.net/gate:9.8.7',
    arrives: { 'token-authentication': [`${gate}.image`] },
  },
  'gate.port': {
    value: 12345,
    arrives: {
      'token-authentication': [
        `${gate}.env.MCP_GATE_PORT.value`,
        `${gate}.ports.mcp-gate.containerPort`,
      ],
    },
  },
  callers: {
    value: [{ podSelector: { matchLabels: { app: 'agent' } } }],
    arrives: {
      'token-authentication': [
        `NetworkPolicy ${caller}.namespaceSelector.matchLabels.kubernetes.io/metadata.name`,
        `NetworkPolicy ${caller}.podSelector.matchLabels.app`,
        `NetworkPolicy ${caller}.podSelector.matchLabels.app.kubernetes.io/name`,
      ],
      'hardened-baseline': [
        `${ingress} ${caller}.namespaceSelector.matchLabels.kubernetes.io/metadata.name`,
        `${ingress} ${caller}.podSelector.matchLabels.app`,
        `${ingress} ${caller}.podSelector.matchLabels.app.kubernetes.io/name`,
      ],
    },
  },
  'authorizationServer.peers': {
    value: [{ podSelector: { matchLabels: { app: 'idp' } } }],
    arrives: {
      'hardened-baseline': [
        `${egress} ${peer}.ipBlock.cidr`,
        `${egress} ${peer}.podSelector.matchLabels.app`,
      ],
    },
  },
  'authorizationServer.port': {
    value: 8443,
    arrives: { 'hardened-baseline': [`${egress} spec.egress.1.ports.0.port`] },
  },
  registries: {
    value: 'registry.example.net:5000/ other.example.net/team/',
    arrives: {
      'hardened-baseline': [
        'ValidatingAdmissionPolicy hardened-baseline-pods spec.variables.registries.expression',
      ],
    },
  },
  resources: {
    value: { requests: { cpu: '1', memory: '1Gi' }, limits: { memory: '2Gi' } },
    arrives: {
      'hardened-baseline': [
        `${server}.resources.limits.memory`,
        `${server}.resources.requests.cpu`,
        `${server}.resources.requests.memory`,
      ],
    },
  },
  'server.name': {
    value: 'renamed',
    arrives: {
      'token-authentication': [
        ...named,
        'ConfigMap metadata.labels.mcp-security-framework/server',
        ...toolsName,
        'NetworkPolicy metadata.labels.mcp-security-framework/server',
        'NetworkPolicy metadata.name',
        `NetworkPolicy spec.podSelector.${selectorLabel}`,
      ],
      'hardened-baseline': [
        ...named,
        ...[...policies, ...admission, 'PodDisruptionBudget'].map(
          (each) => `${each} metadata.labels.mcp-security-framework/server`,
        ),
        ...policies.map((policy) => `${policy} metadata.name`),
        ...policies.map((policy) => `${policy} spec.podSelector.${selectorLabel}`),
        'PodDisruptionBudget metadata.name',
        `PodDisruptionBudget spec.selector.${selectorLabel}`,
        `${pod}.topologySpreadConstraints.0.labelSelector.${selectorLabel}`,
        `${pod}.topologySpreadConstraints.1.labelSelector.${selectorLabel}`,
        ...admission.map((each) => `${each} metadata.name`),
        ...bindings.map((each) => `${each} spec.policyName`),
      ],
    },
  },
  'server.namespace': {
    value: 'elsewhere',
    arrives: {
      'token-authentication': [
        ...placed,
        'ConfigMap metadata.namespace',
        'NetworkPolicy metadata.namespace',
      ],
      'hardened-baseline': [
        ...placed,
        ...policies.map((policy) => `${policy} metadata.namespace`),
        'PodDisruptionBudget metadata.namespace',
        ...admission.map((each) => `${each} metadata.name`),
        ...admission.map((each) => `${each} metadata.labels.app.kubernetes.io/instance`),
        ...bindings.map((each) => `${each} spec.policyName`),
        ...bindings.map(
          (each) =>
            `${each} spec.matchResources.namespaceSelector.matchLabels.kubernetes.io/metadata.name`,
        ),
      ],
    },
  },
  'server.image': {
    value: 'registry.example.net/srv:6.5.4',
    arrives: {
      'token-authentication': [`${server}.image`],
      'hardened-baseline': [`${server}.image`],
    },
  },
  'server.port': {
    value: 23456,
    arrives: {
      'token-authentication': [
        `${gate}.env.MCP_GATE_UPSTREAM.value`,
        `${server}.args.3`,
        `${server}.ports.mcp.containerPort`,
      ],
      'hardened-baseline': [
        `${server}.args.3`,
        `${server}.ports.mcp.containerPort`,
        `${ingress} spec.ingress.0.ports.0.port`,
      ],
    },
  },
  'server.replicas': {
    value: 7,
    arrives: {
      'token-authentication': ['Deployment spec.replicas'],
      'hardened-baseline': ['Deployment spec.replicas'],
    },
  },
};

const bench = new Bench();
after(() => bench.remove());
const settings = readObject('manifests/settings/settings.yaml');

async function buildWith(changed: Tree, pattern: PatternId, minor = oldest): Promise<string> {
  bench.write('manifests/settings/settings.yaml', changed);
  return buildYaml(join(bench.folder, 'manifests', pattern), minor);
}

test('every setting is changed here, or where the pattern is that it belongs to', () => {
  const held = leaves(settings['spec'] as Tree).filter((name) => !name.startsWith('gateway.'));
  assert.deepEqual(Object.keys(changes).sort(), held.sort());
});

for (const [setting, { value, arrives }] of Object.entries(changes)) {
  test(`spec.${setting} arrives where it belongs, and changes nothing else`, async () => {
    for (const pattern of patterns) {
      const before = await buildWith(settings, pattern);
      const changed = await buildWith(withValue(settings, `spec.${setting}`, value), pattern);
      const places = [...(arrives[pattern] ?? [])].sort();
      assert.deepEqual(changesBetween(before, changed), places, pattern);
    }
  });
}

/** What stands in the settings, and in the build of which patterns it must be gone. */
const defaults: [RegExp, ...PatternId[]][] = [
  [/: mcp$/m, ...patterns],
  [/example\.com/, ...patterns],
  [/ES256|PS256|RS256/, 'token-authentication'],
  [/models:(read|deploy|delete)/, 'token-authentication'],
  [/(list|deploy|rollback|delete)_models?|get_model_card|inference_log/, 'token-authentication'],
  [/mcp-security-framework[:@]/, ...patterns],
  [/18080/, 'token-authentication'],
  [/envoy-gateway-system|: envoy$/m, ...patterns],
  [/203\.0\.113\.0/, 'hardened-baseline'],
  [/\b443\b/, 'hardened-baseline'],
  [/128Mi|256Mi/, 'hardened-baseline'],
  [/\b8080\b/, ...patterns],
  [/model-operations/, ...patterns],
  [/replicas: 2/, ...patterns],
];

for (const pattern of patterns) {
  test(`with every setting changed no default is left in ${pattern}`, async () => {
    const changed = Object.entries(changes).reduce(
      (tree, [setting, { value }]) => withValue(tree, `spec.${setting}`, value),
      settings,
    );
    const text = await buildWith(changed, pattern);
    assert.equal(await buildWith(changed, pattern, newest), text);
    const before = await buildWith(settings, pattern);
    for (const [left, ...among] of defaults) {
      if (!among.includes(pattern)) continue;
      assert.match(before, left);
      // the name of a port is no setting
      assert.doesNotMatch(text.replaceAll(/(name|port|targetPort): mcp$/gm, ''), left);
    }
  });
}

/** Settings that are taken over as a whole. */
const whole = ['tools', 'callers', 'peers', 'resources'];

/** The settings by dotted path. */
function leaves(tree: Tree, path = ''): string[] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'object' && !whole.includes(key)
      ? leaves(value as Tree, `${path}${key}.`)
      : [`${path}${key}`],
  );
}
