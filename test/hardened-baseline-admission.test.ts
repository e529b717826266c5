import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'yaml';
import { root } from '../scripts/lib/paths.ts';
import { startCluster, type Cluster } from './cluster/cluster.ts';
import { apply, succeeded } from './cluster/install.ts';
import { Reader } from './cluster/patterns.ts';
import type { Tree } from './lib/manifests.ts';

const folder = 'manifests/hardened-baseline/refused';

/** Each variant that an API server refuses, and what mends its one fault. */
const mended: Record<string, [find: string, replace: string]> = {
  'budget-of-two-kinds': ['  minAvailable: 1\n', ''],
  'capabilities-kept': [
    'allowPrivilegeEscalation: false',
    'allowPrivilegeEscalation: false\n        capabilities: { drop: [ALL] }',
  ],
  'cron-job-with-an-image-of-another-registry': ['docker.io/library/', 'registry.example.com/'],
  'exception-outside-of-its-block': ['[169.254.169.254/32]', '[203.0.113.9/32]'],
  'folder-of-the-node': ['hostPath:\n            path: /var/log', 'emptyDir: {}'],
  'image-latest': ['tool:latest\n      securityContext', 'tool:1.4.2\n      securityContext'],
  'image-of-a-registry-that-begins-alike': [
    'image: registry.example.com.evil.example/',
    'image: registry.example.com/',
  ],
  'image-of-another-registry': ['image: docker.io/library/', 'image: registry.example.com/'],
  'image-tag-that-moves': [
    'image: registry.example.com/tool:1.4',
    'image: registry.example.com/tool:1.4.2',
  ],
  'image-volume-of-another-registry': [
    'reference: docker.io/library/',
    'reference: registry.example.com/',
  ],
  'image-without-a-tag': [
    'image: registry.example.com/tool',
    'image: registry.example.com/tool:1.4.2',
  ],
  'init-container-of-another-registry': [
    'image: docker.io/library/',
    'image: registry.example.com/',
  ],
  'may-run-as-root': ['    seccompProfile', '    runAsNonRoot: true\n    seccompProfile'],
  'network-of-the-node': ['hostNetwork: true', 'hostNetwork: false'],
  'network-policy-that-admits-everybody': ['- {}', '- from: [{ podSelector: {} }]'],
  'network-policy-that-opens-everything': ['- ports:', '- to: [{ podSelector: {} }]\n      ports:'],
  'network-policy-that-opens-the-metadata-address': [
    '[10.0.0.0/8]',
    '[10.0.0.0/8, 169.254.0.0/16]',
  ],
  'network-policy-that-opens-the-metadata-address-in-ipv6': [
    '::/0',
    '::/0\n            except: [fd00:ec2::/32]',
  ],
  'privilege-escalation': [
    'capabilities:',
    'allowPrivilegeEscalation: false\n        capabilities:',
  ],
  'probe-of-two-kinds': ['        tcpSocket:\n          port: 8080\n', ''],
  'service-external-address': ['  externalIPs: [198.51.100.9]\n', ''],
  'service-load-balancer': ['type: LoadBalancer', 'type: ClusterIP'],
  'service-node-port': ['type: NodePort', 'type: ClusterIP'],
  'token-for-the-kubernetes-api': [
    'path: token',
    'path: token\n              audience: https://api.example.com',
  ],
  'token-that-is-mounted': ['spec:\n', 'spec:\n  automountServiceAccountToken: false\n'],
  'without-seccomp': [
    '    runAsUser',
    '    seccompProfile: { type: RuntimeDefault }\n    runAsUser',
  ],
};

let cluster: Cluster;

before(async () => {
  cluster = await startCluster();
  for (const name of ['mcp', 'other'])
    succeeded(await cluster.kubectl(['create', 'namespace', name]));
  // a pod is admitted once its namespace has its ServiceAccount
  const account = '/api/v1/namespaces/mcp/serviceaccounts/default';
  while ((await cluster.call(account)).status !== 200) await sleep(100);
  // there before the policies are
  const early = podOf('early', 'docker.io/library/nginx:1.29.2');
  succeeded(await apply(cluster, [early, replicaSetOf(early)]));
  const lines = applyLines();
  for (const line of lines) succeeded(await cluster.shell(line, root));
  for (let tries = 0; (await dryRun(podOf('probe', 'nginx'))) === ''; tries += 1) {
    assert.ok(tries < 100, 'the admission policies are not active');
    await sleep(100);
  }
});
after(() => cluster.stop());

test('the lines of the page apply the pattern and label its namespace', async () => {
  const { body } = await cluster.call('/api/v1/namespaces/mcp');
  const { labels } = body['metadata'] as { labels: Record<string, string> };
  assert.equal(labels['pod-security.kubernetes.io/enforce'], 'restricted');
  assert.equal(labels['pod-security.kubernetes.io/enforce-version'], 'v1.32');
});

test('the API server finds nothing wrong in the types of an expression', async () => {
  const path = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies';
  const seen = async () => {
    const { body } = await cluster.call(path);
    return (body.items ?? []).map(({ status }) => (status as Tree | undefined)?.['typeChecking']);
  };
  for (let tries = 0; (await seen()).includes(undefined) && tries < 100; tries += 1)
    await sleep(100);
  assert.deepEqual(await seen(), [{}, {}, {}]);
});

test('every variant that an API server refuses is mended here', () => {
  const names = readdirSync(join(root, folder)).filter((file) => {
    const first = readFileSync(join(root, folder, file), 'utf8').split('\n')[0] ?? '';
    return /^# (API server|Pod Security|admission): /.test(first);
  });
  assert.deepEqual(
    names.map((name) => name.replace('.yaml', '')).sort(),
    Object.keys(mended).sort(),
  );
});

for (const [name, [find, replace]] of Object.entries(mended)) {
  test(`${name.replaceAll('-', ' ')} is refused, and mended or elsewhere it is not`, async () => {
    const [first = '', ...lines] = readFileSync(join(root, folder, `${name}.yaml`), 'utf8').split(
      '\n',
    );
    const text = lines.join('\n');
    const [, check = '', reason = ''] = /^# ([^:]+): (.+)$/.exec(first) ?? [];
    assert.ok(text.split(find).length === 2, `"${find}" does not occur once`);
    const refusal = await dryRun(parse(text) as Tree);
    assert.ok(refusal.includes(reason), `not refused for this reason: ${refusal || 'accepted'}`);
    assert.equal(await dryRun(parse(text.replace(find, () => replace)) as Tree), '');
    const elsewhere = await dryRun(
      parse(text.replace('namespace: mcp', 'namespace: other')) as Tree,
    );
    assert.equal(elsewhere === '', check !== 'API server', elsewhere);
  });
}

test('a digest and every tag of three numbers are admitted', async () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  const names = ['tool:1.4.2', 'tool:v1.4.2', 'tool:1.4.2-alpine3', 'a/b/tool:10.0.0_1'];
  for (const name of [...names, `tool@${digest}`, `tool:edge@${digest}`, `tool:1.0.0@${digest}`]) {
    assert.equal(await dryRun(podOf('tool', `registry.example.com/${name}`)), '', name);
  }
  for (const name of [
    'tool:edge',
    'tool:1',
    'tool:1.4.x',
    'tool@sha256:aaaa',
    'tool:1.4.2@sha256:a',
  ]) {
    const refusal = await dryRun(podOf('tool', `registry.example.com/${name}`));
    assert.match(refusal, /can change under its name/, name);
  }
});

test('a pod that was there before may change its labels, and not its image', async () => {
  const change = (body: object) =>
    cluster.call('/api/v1/namespaces/mcp/pods/early?dryRun=All', 'PATCH', body);
  assert.equal((await change({ metadata: { labels: { seen: 'yes' } } })).status, 200);
  const image = 'docker.io/library/nginx:1.29.3';
  const { status, body } = await change({ spec: { containers: [{ ...container, image }] } });
  assert.equal(status, 422);
  assert.match(String(body['message']), /nginx:1\.29\.3 is from no registry of the settings/);
});

test('a ReplicaSet that was there before may be scaled, so that a rollout ends, and not change', async () => {
  const change = (spec: object) =>
    cluster.call('/apis/apps/v1/namespaces/mcp/replicasets/early?dryRun=All', 'PATCH', { spec });
  assert.equal((await change({ replicas: 2 })).status, 200);
  const template = { spec: { terminationGracePeriodSeconds: 5 } };
  const { status, body } = await change({ template });
  assert.equal(status, 422);
  assert.match(String(body['message']), /nginx:1\.29\.2 is from no registry of the settings/);
});

test('an ephemeral container is held to the registries of the settings', async () => {
  succeeded(await apply(cluster, [podOf('steady', 'registry.example.com/tool:1.4.2')]));
  const debug = async (image: string) => {
    const path = '/api/v1/namespaces/mcp/pods/steady/ephemeralcontainers?dryRun=All';
    const ephemeralContainers = [{ ...container, name: 'debug', image }];
    const { status, body } = await cluster.call(path, 'PATCH', { spec: { ephemeralContainers } });
    return status === 200 ? '' : String(body['message']);
  };
  assert.equal(await debug('registry.example.com/debug:2.0.0'), '');
  assert.match(await debug('docker.io/library/busybox:1.37.0'), /is from no registry/);
});

test('the reference server itself is admitted, and so is the gate beside it', async () => {
  const reader = new Reader();
  after(() => reader.bench.remove());
  for (const patterns of [['hardened-baseline'], ['token-authentication', 'hardened-baseline']]) {
    reader.name(patterns);
    succeeded(await cluster.kubectl(['apply', '--server-side', '-k', reader.folder]));
    const count = async () => {
      const { body } = await cluster.call(
        '/api/v1/namespaces/mcp/pods?labelSelector=app.kubernetes.io/name=model-operations',
      );
      return (body.items ?? []).filter(
        ({ spec }) => (spec as { containers: object[] }).containers.length === patterns.length,
      ).length;
    };
    for (let tries = 0; (await count()) === 0; tries += 1) {
      assert.ok(tries < 200, `no pod of ${patterns.join()} was made`);
      await sleep(100);
    }
  }
});

test('the metadata address may be opened for DNS, and for nothing else', async () => {
  const opening = (ports: object[] | undefined) => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'dns-of-a-cloud', namespace: 'mcp' },
    spec: {
      podSelector: {},
      policyTypes: ['Egress'],
      egress: [{ to: [{ ipBlock: { cidr: '169.254.169.254/32' } }], ...(ports && { ports }) }],
    },
  });
  const dns = { port: 53, protocol: 'UDP' };
  assert.equal(await dryRun(opening([dns, { ...dns, protocol: 'TCP' }])), '');
  for (const ports of [undefined, [], [dns, { port: 80 }], [{ protocol: 'UDP' }]]) {
    assert.match(await dryRun(opening(ports)), /holds the metadata address/, JSON.stringify(ports));
  }
  for (const port of [{ ...dns, endPort: 80 }, { port: 'dns' }]) {
    assert.match(await dryRun(opening([port])), /holds the metadata address/, JSON.stringify(port));
  }
});

test('the lines of the page that try it are refused by Pod Security and by admission', async () => {
  const tries = shellBlocks().find((body) => body.startsWith('kubectl run try '));
  const [pod = '', deployment = '', ...network] = (tries ?? '').trim().split('\n');
  // no network plugin runs here, so that the call from another namespace is the reader's to try
  assert.deepEqual(network, [
    'kubectl run try -n default --rm -i --restart=Never --image=busybox -- \\',
    '  wget -T 5 -O- http://model-operations.mcp:80/healthz',
  ]);
  for (const [line, reason] of [
    [pod, 'violates PodSecurity "restricted:v1.32"'],
    [deployment, 'denied request: image nginx is from no registry of the settings'],
  ] as const) {
    const { code, stderr } = await cluster.shell(line, root);
    assert.equal(code, 1, line);
    assert.ok(stderr.includes(reason), stderr);
  }
});

const container = {
  name: 'tool',
  securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
};

/** A pod of the level restricted with one image. */
function podOf(name: string, image: string): Tree {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'mcp' },
    spec: {
      automountServiceAccountToken: false,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 65532,
        seccompProfile: { type: 'RuntimeDefault' },
      },
      containers: [{ ...container, image }],
    },
  };
}

/** What would make such a pod, and makes none yet. */
function replicaSetOf({ metadata, spec }: Tree): Tree {
  const labels = { app: 'early' };
  const template = { metadata: { labels }, spec };
  const ofSet = { replicas: 0, selector: { matchLabels: labels }, template };
  return { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata, spec: ofSet };
}

/** Ask the API server for an object without making it: what it says against it, or nothing. */
async function dryRun(object: Tree): Promise<string> {
  const { code, stderr } = await apply(cluster, [object], ['--dry-run=server']);
  return code === 0 ? '' : stderr.trim();
}

/** The lines of the page that apply the pattern: its kustomization, and the label without a dry run. */
function applyLines(): string[] {
  const blocks = shellBlocks();
  const label = blocks.find((body) => body.includes('--dry-run=server \\\n'));
  const line = blocks.find((body) => body.startsWith('kubectl apply --server-side -k manifests/'));
  assert.ok(label !== undefined && line !== undefined, 'the page has no such lines');
  return [line, label.replace('--dry-run=server ', '')];
}

function shellBlocks(): string[] {
  const page = readFileSync(join(root, 'patterns/hardened-baseline/index.md'), 'utf8');
  return [...page.matchAll(/^```sh .*\n([\s\S]*?)^```$/gm)].map(([, body = '']) => body);
}
