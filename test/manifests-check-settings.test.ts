import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { run } from '../scripts/lib/children.ts';
import { root } from '../scripts/lib/paths.ts';
import { Bench, readObject, withValue } from './lib/manifests.ts';

const bench = new Bench();
after(() => bench.remove());

/** Check settings.yaml of a folder, typed there, under npm or without it. */
async function checkIn(folder: string, npm: boolean) {
  const script = join(root, 'scripts', 'check-settings.ts');
  const { code, stdout, stderr } = await run(process.execPath, [script, 'settings.yaml'], {
    cwd: npm ? root : folder,
    env: { ...process.env, INIT_CWD: npm ? folder : undefined },
    timeoutMs: 60_000,
  });
  return { code, said: (stdout + stderr).trim().split('\n') };
}

test('a settings file is sought where the command was typed', async () => {
  for (const npm of [true, false]) {
    for (const reader of ['own', 'stateful', 'reference-server', 'hardened']) {
      const verdict = await checkIn(join(root, 'test/readers', reader), npm);
      assert.deepEqual(verdict, { code: 0, said: ['1 settings files'] });
    }
  }
});

test('every value that a settings file still has of the example is a problem', async () => {
  const example = readFileSync(join(root, 'manifests/settings/settings.yaml'), 'utf8');
  bench.write('settings.yaml', example);
  const { code, said } = await checkIn(bench.folder, true);
  assert.equal(code, 1);
  const lines = example.split('\n');
  const found = said.map((line) => {
    const [, number = '', text] = /^settings\.yaml:(\d+): (.+)$/.exec(line) ?? [];
    return [lines[Number(number) - 1]?.trim().split(':')[0], text];
  });
  assert.deepEqual(found, [
    ['resource', "spec.resource is still the example's: write yours"],
    ['issuer', "spec.issuer is still the example's: write yours"],
    ['jwks', "spec.jwks is still the example's: write yours"],
    ['authorizationServer', "spec.authorizationServer is still the example's: write yours"],
    ['registries', "spec.registries is still the example's: write yours"],
    ['origin', "spec.gateway.origin is still the example's: write yours"],
    ['server', "spec.server is still the example's: leave it out, or write yours"],
    ['image', "spec.gate.image is still the example's: write yours"],
  ]);
});

test("a server of another name is the reader's own, and its image is the example's", async () => {
  const reader = readObject('test/readers/reference-server/settings.yaml');
  const example = readObject('manifests/settings/settings.yaml')['spec'] as { server: object };
  const server = { ...example.server, name: 'models-api' };
  bench.write('settings.yaml', withValue(reader, 'spec.server', server));
  assert.deepEqual(await checkIn(bench.folder, true), {
    code: 1,
    said: ["settings.yaml:25: spec.server.image is still the example's: write yours"],
  });
});
