import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { apply, makeNamespaces, readyCluster, succeeded } from './cluster/install.ts';
import {
  componentsBeside,
  linesThatLabel,
  linesThatTakeOff,
  patternIds,
  Reader,
} from './cluster/patterns.ts';
import { settle } from './cluster/settle.ts';
import { differences, notHeld, snapshot } from './cluster/snapshot.ts';
import { buildYaml, objectsOf, type Tree } from './lib/manifests.ts';

const cluster = await readyCluster();
after(() => cluster.stop());

const reader = new Reader();
after(() => reader.bench.remove());
const ids = patternIds();

/** A server in another namespace that keeps to none of the patterns. */
const neighbour = (image: string) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: {
    name: 'neighbour',
    namespace: 'elsewhere',
    labels: { 'app.kubernetes.io/component': 'mcp-server' },
  },
  spec: {
    selector: { matchLabels: { app: 'neighbour' } },
    template: {
      metadata: { labels: { app: 'neighbour' } },
      spec: {
        volumes: [{ name: 'host', hostPath: { path: '/var' } }],
        containers: [{ name: 'mcp-server', image, securityContext: { privileged: true } }],
      },
    },
  },
});

/** Apply the reader's folder with these patterns named in it, and then their labels. */
async function applyWith(
  named: readonly string[],
  beside: readonly string[] = [],
): Promise<Map<string, Tree>> {
  reader.name(named, beside);
  await makeNamespaces(cluster, objectsOf(await buildYaml(reader.folder)));
  succeeded(await cluster.kubectl(['apply', '--server-side', '-k', reader.folder]));
  await settle(cluster);
  for (const id of named) succeeded(await cluster.shell(linesThatLabel(id), reader.folder));
  return snapshot(cluster);
}

/** A snapshot without what tells an object from one of the same content that is made again. */
const remade = (live: Map<string, Tree>) =>
  new Map(
    [...live].map(([name, object]) => {
      const metadata = { ...(object['metadata'] as Tree), uid: '', creationTimestamp: '' };
      return [name, { ...object, metadata }];
    }),
  );

const guarded = new Map<string, Map<string, Tree>>();
let alone: Map<string, Tree>;

test('a server stands alone, with a label that somebody else put on it, beside another namespace', async () => {
  await makeNamespaces(cluster, [neighbour('one:latest')]);
  succeeded(await apply(cluster, [neighbour('one:latest')]));
  // those that patterns need beside it are there before, as their pages say
  for (const id of ids) {
    reader.name([id]);
    await makeNamespaces(cluster, objectsOf(await buildYaml(reader.folder)));
  }
  await applyWith([]);
  const label = ['label', 'deployment', '--all', '-n', 'mcp', 'team=models'];
  succeeded(await cluster.kubectl([...label, '--field-manager=somebody-else']));
  alone = await applyWith([]);
  assert.ok(
    alone.has('Deployment mcp/model-operations') && alone.has('Deployment elsewhere/neighbour'),
  );
});

test('there are patterns to put on it', () => assert.ok(ids.length > 0));

for (const id of ids) {
  test(`${id} adds only objects with its label, and leaves other namespaces alone`, async () => {
    const live = await applyWith([id]);
    guarded.set(id, live);
    const added = [...live].filter(([name]) => !alone.has(name));
    assert.ok(added.length > 0, 'nothing was added');
    for (const [name, { metadata }] of added) {
      if (name.startsWith('Namespace ') || name.startsWith('ServiceAccount ')) continue;
      const labels = ((metadata as Tree)['labels'] ?? {}) as Record<string, string>;
      assert.equal(labels['app.kubernetes.io/part-of'], id, name);
    }
    const others = differences(alone, live).filter(
      (line) => !line.endsWith(' was added') && !/^(\w+ mcp\/|Namespace mcp:)/.test(line),
    );
    assert.deepEqual(others, []);
    assert.equal(teamOf(live), 'models');
    // nor is it kept from changing
    succeeded(await apply(cluster, [neighbour('two:latest')]));
    succeeded(await apply(cluster, [neighbour('one:latest')]));
  });

  test(`${id} taken off by the lines of its page leaves everything as it was`, async () => {
    reader.name([]);
    const { code, stdout, stderr } = await cluster.shell(linesThatTakeOff(id), reader.folder);
    assert.equal(code, 0, stderr);
    assert.equal(stderr, '');
    assert.match(stdout, /delete/);
    await settle(cluster);
    assert.deepEqual(differences(alone, await snapshot(cluster)), []);
  });

  for (const component of componentsBeside(id)) {
    test(`${component} beside ${id} is taken off with it, by the same lines`, async () => {
      const live = await applyWith([id], [`${id}/${component}`]);
      const more = differences(remade(guarded.get(id) ?? alone), remade(live));
      assert.notDeepEqual(more, [], 'it adds and changes nothing');
      reader.name([]);
      succeeded(await cluster.shell(linesThatTakeOff(id), reader.folder));
      await settle(cluster);
      assert.deepEqual(differences(alone, await snapshot(cluster)), []);
    });
  }
}

for (const first of ids) {
  for (const second of ids.filter((id) => id !== first)) {
    test(`${second} put on after ${first} keeps what it set, and stays when it goes`, async () => {
      await applyWith([first]);
      const both = await applyWith([first, second]);
      const built = objectsOf(await buildYaml(reader.folder));
      const lost = built.flatMap((object) => notHeld(object, both.get(nameOf(object))));
      assert.deepEqual(lost, []);
      reader.name([second]);
      succeeded(await cluster.shell(linesThatTakeOff(first), reader.folder));
      await settle(cluster);
      const ought = guarded.get(second);
      assert.ok(ought !== undefined, `${second} alone has not been applied`);
      assert.deepEqual(differences(remade(ought), remade(await snapshot(cluster))), []);
      reader.name([]);
      succeeded(await cluster.shell(linesThatTakeOff(second), reader.folder));
      await settle(cluster);
      assert.deepEqual(differences(alone, await snapshot(cluster)), []);
    });
  }
}

function teamOf(live: Map<string, Tree>): unknown {
  const { labels } = live.get('Deployment mcp/model-operations')?.['metadata'] as { labels: Tree };
  return labels['team'];
}

function nameOf({ kind, metadata }: Tree): string {
  const { namespace, name } = metadata as Record<string, string | undefined>;
  return `${kind as string} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}
