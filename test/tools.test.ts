import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../scripts/lib/paths.ts';
import { keycloakRow } from '../scripts/tools/keycloak.ts';
import { moduleFolder } from '../scripts/tools/go-module.ts';
import { minors } from '../scripts/tools/kubernetes.ts';
import { cpuSecondsAllowed, tools, type Tool } from '../scripts/tools/tools.ts';
import { wheels } from '../scripts/tools/wheels.ts';

test('all tools together cost at most 3,500 CPU seconds on an empty cache', () => {
  const rows = [...tools, ...wheels, keycloakRow];
  const sum = rows.reduce((seconds, { coldCpuSeconds }) => seconds + coldCpuSeconds, 0);
  assert.equal(cpuSecondsAllowed, 3500);
  assert.ok(sum <= 3500, `the table of tools takes ${sum} CPU seconds: a new tool replaces one`);
});

test('every row has its version, its source, its measured cost and its use', () => {
  const names = tools.map(({ name }) => name as string);
  assert.ok(names.length > 0);
  assert.equal(new Set(names).size, names.length);
  const modules = tools.map(({ name, module = name }: Tool) => module);
  const rowless = readdirSync(join(root, 'scripts/tools'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !modules.includes(entry.name))
    .map(({ name }) => name);
  assert.deepEqual(rowless, [], 'a module without a row');
  for (const row of tools as readonly Tool[]) {
    const { name, module = name, version, source, coldCpuSeconds, neededBy } = row;
    assert.match(version, /^v\d+\.\d+\.\d+$/, `${name}: version`);
    assert.ok(coldCpuSeconds > 1, `${name}: cold CPU seconds are not measured`);
    assert.ok(neededBy.length > 10, `${name}: what needs it`);
    const pin = readFileSync(join(root, 'scripts/tools', module, 'go.mod'), 'utf8');
    assert.match(
      pin,
      new RegExp(`^(tool |\t)${source}$`, 'm'),
      `${name}: go.mod has no tool ${source}`,
    );
    const required = [...pin.matchAll(/^\s+(\S+) (v\S+)/gm)].filter(
      ([, module = '', at]) => `${source}/`.startsWith(`${module}/`) && at === version,
    );
    assert.equal(required.length, 1, `${name}: go.mod does not require ${source} ${version}`);
    const sums = readFileSync(join(root, 'scripts/tools', module, 'go.sum'), 'utf8');
    assert.ok(sums.includes(` ${version} h1:`), `${name}: go.sum has no checksum of ${version}`);
  }
});

test('every wheel is pinned with what it needs, each by a hash', () => {
  assert.ok(wheels.length > 0);
  for (const { name, version } of wheels) {
    const pins = readFileSync(join(root, `scripts/tools/${name}.requirements.txt`), 'utf8');
    assert.ok(pins.includes(`\n${name}==${version} \\\n`), `${name} ${version} is not pinned`);
    const entries = pins.split(/\n(?=\S)/).filter((entry) => !entry.startsWith('#'));
    assert.ok(entries.length > (name === 'fastmcp' ? 20 : 0));
    for (const entry of entries) assert.match(entry, /^\S+==\S+ .*--hash=sha256:[0-9a-f]{64}/s);
  }
});

test('the kustomize of each minor is the one that its kubectl embeds', async () => {
  const embedded: Record<string, string> = {};
  for (const [minor, { version, sum }] of Object.entries(minors)) {
    const source = await moduleFolder('k8s.io/kubernetes', version, sum);
    const pin = readFileSync(join(source, 'go.mod'), 'utf8');
    embedded[minor] = /sigs\.k8s\.io\/kustomize\/kustomize\/v5 (\S+)/.exec(pin)?.[1] ?? 'none';
  }
  const used: Record<string, string | undefined> = {};
  for (const [minor, { version, kustomize }] of Object.entries(minors)) {
    const row = tools.find(({ name }) => name === kustomize);
    // a kubectl of the minor itself holds that kustomize
    used[minor] = row?.version === version ? embedded[minor] : row?.version;
  }
  assert.deepEqual(embedded, { '1.32': 'v5.5.0', '1.37': 'v5.8.1' });
  assert.deepEqual(used, embedded);
});

test('the page of each pattern claims the oldest minor that is tested', () => {
  const oldest = Object.keys(minors)[0];
  const claims = readdirSync(join(root, 'patterns'))
    .map((id) => join(root, 'patterns', id, 'index.md'))
    .filter((file) => existsSync(file))
    .flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/^(kubernetes|kubectl): '(.*)'$/gm)])
    .map(([, field, minor]) => `${field} ${minor}`);
  assert.deepEqual([...new Set(claims)].sort(), [`kubectl ${oldest}`, `kubernetes ${oldest}`]);
});

test('a module with another checksum than the one recorded is refused', async () => {
  await assert.rejects(moduleFolder('k8s.io/kubernetes', 'v1.37.2', 'h1:another='), {
    message:
      'k8s.io/kubernetes@v1.37.2 has the checksum h1:A2VDEiObzkYqFTKhSsn0ZEb0RlLEXpHWj93gi2HqEwE=, not h1:another=: do not use it',
  });
});
