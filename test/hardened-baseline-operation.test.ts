import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from '../scripts/lib/paths.ts';
import { startCluster, type Cluster, type Ended } from './cluster/cluster.ts';
import { apply, succeeded } from './cluster/install.ts';
import { Reader } from './cluster/patterns.ts';
import type { Tree } from './lib/manifests.ts';

const warnFirst = 'hardened-baseline/warn-first';
const ask = 'manifests/hardened-baseline/warn-first/ask.sh';
const reader = new Reader();
const server = 'deployment/model-operations';
let cluster: Cluster;

/** What lived in the namespace before, and keeps to nothing. */
const neighbours = [
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'cache', namespace: 'mcp' },
    spec: {
      selector: { matchLabels: { app: 'cache' } },
      template: {
        metadata: { labels: { app: 'cache' } },
        spec: {
          automountServiceAccountToken: false,
          containers: [{ name: 'redis', image: 'redis:7.4' }],
        },
      },
    },
  },
  {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'import', namespace: 'mcp' },
    spec: {
      template: {
        spec: {
          restartPolicy: 'Never',
          containers: [{ name: 'one', image: 'registry.example.com/import:1.0.0' }],
        },
      },
    },
  },
];

before(async () => {
  cluster = await startCluster();
  succeeded(await cluster.kubectl(['create', 'namespace', 'mcp']));
  succeeded(await apply(cluster, neighbours));
  // the revision without the pattern
  reader.name([]);
  succeeded(await applyReader());
  await until('pods of the neighbours', async () => (await podsOf('')).length === 4);
});
after(async () => {
  reader.bench.remove();
  await cluster.stop();
});

test('in the first round each object that would be refused is told, and nothing is refused', async () => {
  await holds([warnFirst]);
  const { code, stdout } = await cluster.shell(`exec 2>&1; sh ${ask} mcp`, root);
  assert.equal(code, 0, stdout);
  const told = (name: string) => {
    const [before = '', rest] = stdout.split(`${name} labeled (server dry run)`);
    assert.ok(rest !== undefined, `${name} is not asked about: ${stdout}`);
    return before.split('(server dry run)').at(-1) ?? '';
  };
  assert.match(told('deployment.apps/cache'), /Warning: .*image redis:7\.4 is from no registry/);
  assert.match(told('job.batch/import'), /Warning: .*a service account token is mounted/);
  assert.doesNotMatch(told(server.replace('/', '.apps/')), /Warning/);
  assert.doesNotMatch(told('service/model-operations'), /Warning/);
  const restart = await kubectl('rollout restart deployment/cache');
  assert.equal(restart.code, 0, restart.stderr);
  assert.match(restart.stderr, /Warning: .*image redis:7\.4 is from no registry/);
});

test('after it such a neighbour may be scaled, and not restarted', async () => {
  await holds();
  const { stderr } = await kubectl('rollout restart deployment/cache');
  assert.match(stderr, /denied request: image redis:7\.4 is from no registry/);
  succeeded(await kubectl('scale deployment/cache --replicas=0'));
  await until('pods that go', async () => (await podsOf('app=cache')).length === 0);
});

test('a rollout undone to before the pattern is refused', async () => {
  await holds();
  const { code, stderr } = await kubectl(`rollout undo ${server} --to-revision=1`);
  assert.equal(code, 1);
  assert.match(stderr, /denied request: a service account token is mounted/);
});

test('image and registry change in three applies, and not in one', async () => {
  const [old, other] = ['registry.example.com/', 'images.example.net/'];
  const change = (registries: string, registry = old) => {
    const text = readFileSync(join(root, 'manifests/settings/settings.yaml'), 'utf8');
    const at = text.indexOf('  server:\n');
    const settings =
      text.slice(0, at).replace(`registries: ${old}`, `registries: ${registries}`) +
      text.slice(at).replace(`image: ${old}`, `image: ${registry}`);
    reader.bench.write('test/readers/bench/settings.yaml', settings);
    return applyReader();
  };
  await holds();
  const { code, stderr } = await change(other, other);
  assert.equal(code, 1);
  assert.match(stderr, /images\.example\.net\/.* is from no registry of the settings/);
  succeeded(await change(`${old} ${other}`));
  const both = () => change(`${old} ${other}`, other);
  await until('the second registry is known', async () => (await both()).code === 0);
  succeeded(await change(other, other));
});

test('a node is drained of a replica that is not ready, whatever the others do', async () => {
  await holds();
  const pods = await podsOf('app.kubernetes.io/name=model-operations');
  for (const name of pods) {
    const conditions = [{ type: 'Ready', status: 'False' }];
    const status = { phase: 'Running', conditions };
    await cluster.call(`/api/v1/namespaces/mcp/pods/${name}/status`, 'PATCH', { status });
  }
  const path =
    '/apis/policy/v1/namespaces/mcp/poddisruptionbudgets/hardened-baseline.model-operations';
  await until('the budget is spent', async () => {
    const { status } = (await cluster.call(path)).body as { status: Tree };
    return Number(status['expectedPods']) > 0 && status['disruptionsAllowed'] === 0;
  });
  const [first = ''] = pods;
  const { status, body } = await evict(first);
  assert.equal(status, 201, String(body['message']));
});

test('a second disruption budget keeps a pod where it is', async () => {
  await holds();
  const own = 'create poddisruptionbudget own --selector=app.kubernetes.io/name=model-operations';
  succeeded(await kubectl(`${own} --max-unavailable=1`));
  const pods = () => podsOf('app.kubernetes.io/name=model-operations');
  await until('a pod in place of the evicted', async () => (await pods()).length > 1);
  const [first = ''] = await pods();
  await cluster.call(`/api/v1/namespaces/mcp/pods/${first}/status`, 'PATCH', {
    status: { phase: 'Running' },
  });
  const { status, body } = await evict(first);
  assert.equal(status, 500);
  assert.match(String(body['message']), /more than one PodDisruptionBudget/);
});

function applyReader(): Promise<Ended> {
  return cluster.kubectl(['apply', '--server-side', '-k', reader.folder]);
}

/** Apply the pattern, and wait until admission tells of an image from anywhere. */
async function holds(beside: readonly string[] = []): Promise<void> {
  reader.name(['hardened-baseline'], beside);
  succeeded(await applyReader());
  const does = beside.includes(warnFirst) ? 'Warning: ' : 'denied request: ';
  await until(`admission says "${does}"`, async () => {
    const { stderr } = await kubectl('create deployment try --image=nginx --dry-run=server');
    return stderr.includes(does) && stderr.includes('image nginx is from no registry');
  });
}

function kubectl(line: string): Promise<Ended> {
  return cluster.kubectl([...line.split(' '), '-n', 'mcp']);
}

async function podsOf(labels: string): Promise<string[]> {
  const query = `labelSelector=${encodeURIComponent(labels)}`;
  const { body } = await cluster.call(`/api/v1/namespaces/mcp/pods?${query}`);
  return (body.items ?? []).map(({ metadata }) => metadata.name);
}

function evict(name: string) {
  return cluster.call(`/api/v1/namespaces/mcp/pods/${name}/eviction`, 'POST', {
    apiVersion: 'policy/v1',
    kind: 'Eviction',
    metadata: { name, namespace: 'mcp' },
  });
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await holds()); tries += 1) {
    assert.ok(tries < 100, `waited in vain: ${what}`);
    await sleep(200);
  }
}
