import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { parse } from 'yaml';
import { run } from '../scripts/lib/children.ts';
import { root } from '../scripts/lib/paths.ts';
import { validate } from '../scripts/tools/kubeconform.ts';
import { build } from '../scripts/tools/kustomize.ts';
import { Bench, newest, oldest, readObject, type Tree } from './lib/manifests.ts';

const folder = 'manifests/token-authentication/refused';
const bench = new Bench();
after(() => bench.remove());

/** Each check, and what it says of a variant: nothing when it accepts it. */
const checks: Record<string, (file: string) => Promise<string[]>> = {
  settings: async (file) => {
    writeSettings(file);
    return [await checkSettings()];
  },
  kubeconform: async (file) => {
    const verdicts = [await validate([file], oldest), await validate([file], newest)];
    return verdicts.map(({ problems }) => problems.join('\n'));
  },
  kustomize: async (file) => {
    writeReader();
    if (readFileSync(file, 'utf8').includes('kind: Settings')) writeSettings(file);
    else bench.write('test/readers/bench/server.yaml', readFileSync(file, 'utf8'));
    const builds = [await build(bench.reader, oldest), await build(bench.reader, newest)];
    return builds.map(({ stderr }) => stderr);
  },
};

/** The settings with one fault: those that a variant names replace a reader's. */
function writeSettings(file: string): void {
  const settings = readObject('test/readers/reference-server/settings.yaml');
  const variant = parse(readFileSync(file, 'utf8')) as { spec: Tree };
  settings['spec'] = { ...(settings['spec'] as Tree), ...variant.spec };
  bench.write('test/readers/bench/settings.yaml', settings);
}

/** A reader's files that build: a variant takes the place of one of them. */
function writeReader(): void {
  for (const file of ['kustomization.yaml', 'server.yaml', 'settings.yaml']) {
    const text = readFileSync(join(root, 'test/readers/own', file), 'utf8');
    bench.write(`test/readers/bench/${file}`, text);
  }
}

async function checkSettings(): Promise<string> {
  const file = join(bench.reader, 'settings.yaml');
  const script = join(root, 'scripts', 'check-settings.ts');
  const { code, stderr } = await run(process.execPath, [script, file], { timeoutMs: 60_000 });
  assert.equal(code, stderr === '' ? 0 : 1);
  return stderr.trim();
}

const variants = readdirSync(join(root, folder)).sort();

test('there are variants that each check refuses', () => {
  const named = variants.map((name) => readReason(name).check);
  assert.deepEqual([...new Set(named)].sort(), ['kubeconform', 'kustomize', 'settings']);
  assert.equal(variants.length, 19);
});

for (const name of variants) {
  const { check, reason } = readReason(name);
  test(`${name.replace('.yaml', '').replaceAll('-', ' ')} is refused by ${check}`, async () => {
    const refusals = await checks[check]?.(join(root, folder, name));
    assert.ok(refusals !== undefined && refusals.length > 0, `no check ${check}`);
    for (const refusal of refusals) {
      assert.notEqual(refusal, '', `${name} is not refused`);
      assert.ok(refusal.includes(reason), `refused for another reason: ${refusal}`);
      assert.equal(refusal.trim().split('\n').length, 1, `more than one fault: ${refusal}`);
    }
  });
}

test('the same settings, reader and object without a fault pass', async () => {
  bench.write('valid.yaml', 'spec: {}');
  writeSettings(join(bench.folder, 'valid.yaml'));
  assert.equal(await checkSettings(), '');
  writeReader();
  for (const minor of [oldest, newest]) {
    const { code, stdout, stderr } = await build(bench.reader, minor);
    assert.deepEqual([code, stderr], [0, '']);
    bench.write('built.yaml', stdout);
    const verdict = await validate([join(bench.folder, 'built.yaml')], minor);
    assert.deepEqual(verdict, { valid: 5, skipped: 0, problems: [] });
  }
});

/** The first line of a variant: `# <check>: <what it says>`. */
function readReason(name: string): { check: string; reason: string } {
  const [first = ''] = readFileSync(join(root, folder, name), 'utf8').split('\n');
  const [, check, reason] = /^# (\w+): (.+)$/.exec(first) ?? [];
  assert.ok(check !== undefined && reason !== undefined, `${name}: first line names no reason`);
  return { check, reason };
}
