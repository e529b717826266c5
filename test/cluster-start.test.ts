import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { tool } from '../scripts/tools/tool.ts';
import { startCluster } from './cluster/cluster.ts';
import { loopback, openPlace, type Place } from './cluster/place.ts';

const shared = await openPlace().then(async (place) => {
  await place.stop();
  return place.shared;
});
const etcd = await tool('etcd');
const scratch = mkdtempSync(join(tmpdir(), 'cluster-start-'));
after(() => rmSync(scratch, { recursive: true }));
const ownNamespace = { skip: shared ?? false };

const onLoopback = () =>
  Promise.resolve(loopback(mkdtempSync(join(tmpdir(), 'cluster-')), 'asked for by a test'));

/** The processes that have a folder in their command line. */
function processesOf(folder: string): string[] {
  return globSync('/proc/[0-9]*/cmdline').filter((file) => {
    try {
      return readFileSync(file, 'utf8').includes(folder);
    } catch {
      return false;
    }
  });
}

function canConnect(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  return new Promise((resolve) => {
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
  }).then((can) => (socket.destroy(), can as boolean));
}

/** Everything of a place is gone, at the latest after a few seconds. */
async function assertGone(folder: string, filesToo = true): Promise<void> {
  const files = () => filesToo && existsSync(folder);
  for (let tries = 0; tries < 100; tries += 1) {
    if (processesOf(folder).length === 0 && !files()) return;
    await sleep(100);
  }
  const left = processesOf(folder).map((file) => Number(file.split('/')[2]));
  const filesLeft = files();
  for (const pid of left) process.kill(pid, 'SIGKILL');
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  assert.deepEqual(left, [], 'a process is left');
  assert.ok(!filesLeft, `${folder} is left`);
}

test('a cluster on loopback answers, and leaves nothing when it is stopped', async () => {
  const cluster = await startCluster(onLoopback);
  const { folder } = cluster.place;
  const { code, stdout } = await cluster.kubectl(['get', 'serviceaccounts', '-o', 'name']);
  assert.deepEqual([code, stdout], [0, 'serviceaccount/default\n']);
  assert.ok(processesOf(folder).length >= 4, 'etcd, API server, controllers and proxy run');
  await cluster.stop();
  await assertGone(folder);
});

test('a cluster in a namespace of its own listens to nobody outside', ownNamespace, async () => {
  const server = createServer().listen(0, '127.0.0.1').unref();
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  assert.equal(await canConnect(port), true);
  const cluster = await startCluster();
  try {
    const inside = (at: number) =>
      cluster.shell(`bash -c 'exec 3<>/dev/tcp/127.0.0.1/${at}'`, scratch);
    assert.equal((await inside(6443)).code, 0, 'the API server is reached from inside');
    assert.equal(await canConnect(6443), false, 'and not from outside');
    assert.notEqual((await inside(port)).code, 0, 'nor does it reach what is outside');
  } finally {
    await cluster.stop();
    server.close();
  }
  await assertGone(cluster.place.folder);
});

/** Start etcd in a place from a process of its own, kill that process, and return the folder. */
async function killed(open: string): Promise<string> {
  const module = new URL('./cluster/place.ts', import.meta.url).href;
  const file = join(scratch, 'killed.ts');
  writeFileSync(
    file,
    `import { loopback, openPlace } from ${JSON.stringify(module)};
    import { mkdtempSync } from 'node:fs';
    import { join } from 'node:path';
    import { tmpdir } from 'node:os';
    const place = await ${open};
    const data = join(place.folder, 'etcd');
    place.begin(${JSON.stringify(etcd)}, ['--data-dir', data, '--listen-client-urls=http://127.0.0.1:0', '--advertise-client-urls=http://127.0.0.1:0', '--listen-peer-urls=http://127.0.0.1:0'], join(place.folder, 'log'));
    console.log(place.folder);`,
  );
  const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [folder] = (await once(child.stdout, 'data')) as [Buffer];
  const name = folder.toString().trim();
  while (!existsSync(join(name, 'etcd'))) await sleep(20);
  assert.notDeepEqual(processesOf(name), []);
  child.kill('SIGKILL');
  return name;
}

test(
  'whoever starts a cluster and is killed takes it along, its files too',
  ownNamespace,
  async () => {
    await assertGone(await killed('openPlace()'));
  },
);

test('on loopback too every process ends with the one that started it', async () => {
  const folder = await killed(`loopback(mkdtempSync(join(tmpdir(), 'cluster-')), '')`);
  await assertGone(folder, false);
  rmSync(folder, { recursive: true });
});

test('where no namespace can be made, loopback is used and says why', async () => {
  const path = process.env['PATH'];
  const refuses =
    '#!/bin/sh\necho "unshare: unshare failed: Operation not permitted" >&2; exit 1\n';
  const places: [string, string | undefined][] = [];
  for (const [name, PATH] of [
    ['none', scratch],
    ['refused', `${scratch}:${path}`],
  ] as const) {
    if (name === 'refused') writeFileSync(join(scratch, 'unshare'), refuses, { mode: 0o755 });
    process.env['PATH'] = PATH;
    const place: Place = await openPlace();
    process.env['PATH'] = path;
    places.push([name, place.shared]);
    await place.stop();
  }
  assert.deepEqual(places, [
    ['none', 'unshare, nsenter, ip not found'],
    [
      'refused',
      'no namespace of its own (unshare: unshare failed: Operation not permitted): run as root',
    ],
  ]);
});

test('a port that is in use is named in one line, and nothing is left', async () => {
  const server = createServer().listen(0, '127.0.0.1').unref();
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const place = await onLoopback();
  const taken = () => Promise.resolve({ ...place, port: () => Promise.resolve(port) });
  await assert.rejects(startCluster(taken), {
    message: `etcd ended: 127.0.0.1:${port} is in use: stop what listens there, or run as root`,
  });
  server.close();
  await assertGone(place.folder);
});
