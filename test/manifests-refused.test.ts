import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { after, test } from 'node:test';
import { parse } from 'yaml';
import { run } from '../scripts/lib/children.ts';
import { root } from '../scripts/lib/paths.ts';
import { validate } from '../scripts/tools/kubeconform.ts';
import { build } from '../scripts/tools/kustomize.ts';
import { Bench, newest, oldest, readObject, type Tree } from './lib/manifests.ts';

/** Each pattern, how many variants it has, and the readers whose files a variant takes the place of. */
const patterns: Record<string, { count: number; reader: string; settings: string }> = {
  'token-authentication': { count: 20, reader: 'own', settings: 'reference-server' },
  'hardened-baseline': { count: 37, reader: 'hardened', settings: 'hardened' },
  'ingress-gateway': { count: 19, reader: 'gateway', settings: 'gateway' },
};
/** What only others refuse: test/cluster-*.test.ts and test/ingress-gateway-refused.test.ts. */
const byOthers = ['API server', 'Pod Security', 'admission', 'Envoy Gateway'];

const bench = new Bench();
after(() => bench.remove());

/** Each check, and what it says of a variant: nothing when it accepts it. */
const checks: Record<string, (file: string, id: string) => Promise<string[]>> = {
  settings: async (file, id) => {
    writeSettings(file, id);
    return [await checkSettings()];
  },
  kubeconform: async (file) => {
    const verdicts = [await validate([file], oldest), await validate([file], newest)];
    return verdicts.map(({ problems }) => problems.join('\n'));
  },
  kustomize: async (file, id) => {
    writeReader(id);
    if (readFileSync(file, 'utf8').includes('kind: Settings')) writeSettings(file, id);
    else bench.write('test/readers/bench/server.yaml', readFileSync(file, 'utf8'));
    const builds = [await build(bench.reader, oldest), await build(bench.reader, newest)];
    return builds.map(({ stderr }) => stderr);
  },
};

/** The settings with one fault: those that a variant names replace a reader's. */
function writeSettings(file: string, id: string): void {
  const settings = readObject(`test/readers/${patterns[id]?.settings}/settings.yaml`);
  const variant = parse(readFileSync(file, 'utf8')) as { spec: Tree };
  settings['spec'] = { ...(settings['spec'] as Tree), ...variant.spec };
  bench.write('test/readers/bench/settings.yaml', settings);
}

/** A reader's files that build: a variant takes the place of one of them. */
function writeReader(id: string): void {
  for (const file of ['kustomization.yaml', 'server.yaml', 'settings.yaml']) {
    const text = readFileSync(join(root, `test/readers/${patterns[id]?.reader}`, file), 'utf8');
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

test('the variants of every pattern are tried', () => {
  const found = readdirSync(join(root, 'manifests')).filter((id) =>
    existsSync(join(root, 'manifests', id, 'refused')),
  );
  assert.deepEqual(found.sort(), Object.keys(patterns).sort());
});

for (const [id, { count }] of Object.entries(patterns)) {
  const folder = `manifests/${id}/refused`;
  const variants = readdirSync(join(root, folder)).sort();

  test(`there are variants of ${id} that each check refuses`, () => {
    const named = new Set(variants.map((name) => readReason(`${folder}/${name}`).check));
    assert.deepEqual(
      [...named].filter((check) => !byOthers.includes(check)).sort(),
      Object.keys(checks).sort(),
    );
    assert.equal(variants.length, count);
  });

  for (const name of variants) {
    const { check, reason } = readReason(`${folder}/${name}`);
    if (byOthers.includes(check)) continue;
    const what = name.replace('.yaml', '').replaceAll('-', ' ');
    test(`${what} is refused by ${check} for ${id}`, async () => {
      const refusals = await checks[check]?.(join(root, folder, name), id);
      assert.ok(refusals !== undefined && refusals.length > 0, `no check ${check}`);
      for (const refusal of refusals) {
        assert.notEqual(refusal, '', `${name} is not refused`);
        assert.ok(refusal.includes(reason), `refused for another reason: ${refusal}`);
        assert.equal(refusal.trim().split('\n').length, 1, `more than one fault: ${refusal}`);
      }
    });
  }

  test(`the same settings, reader and object of ${id} without a fault pass`, async () => {
    bench.write('valid.yaml', 'spec: {}');
    writeSettings(join(bench.folder, 'valid.yaml'), id);
    assert.equal(await checkSettings(), '');
    writeReader(id);
    for (const minor of [oldest, newest]) {
      const { code, stdout, stderr } = await build(bench.reader, minor);
      assert.deepEqual([code, stderr], [0, '']);
      bench.write('built.yaml', stdout);
      const verdict = await validate([join(bench.folder, 'built.yaml')], minor);
      assert.deepEqual([verdict.skipped, verdict.problems], [0, []]);
      assert.ok(verdict.valid >= 5);
    }
  });
}

/** The first line of a variant: `# <check>: <what it says>`. */
function readReason(file: string): { check: string; reason: string } {
  const [first = ''] = readFileSync(join(root, file), 'utf8').split('\n');
  const [, check, reason] = /^# ([\w ]+): (.+)$/.exec(first) ?? [];
  const name = basename(file);
  assert.ok(check !== undefined && reason !== undefined, `${name}: first line names no reason`);
  const known = [...Object.keys(checks), ...byOthers].includes(check);
  assert.ok(known, `${name}: there is no check "${check}"`);
  return { check, reason };
}
