import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { run } from '../scripts/lib/children.ts';
import { judgeToken } from '../scripts/lib/judge-token.ts';
import { root } from '../scripts/lib/paths.ts';
import type { MintOptions } from '../patterns/reference-server/mint.ts';
import { startProtected } from './lib/gate-fixture.ts';
import { Bench, readObject, withValue, type Tree } from './lib/manifests.ts';

const bench = new Bench();
after(() => bench.remove());

/** Check settings.yaml of a folder, typed there, under npm or without it. */
async function checkIn(folder: string, npm: boolean, more: string[] = []) {
  const script = join(root, 'scripts', 'check-settings.ts');
  const { code, stdout, stderr } = await run(process.execPath, [script, 'settings.yaml', ...more], {
    cwd: npm ? root : folder,
    env: { ...process.env, INIT_CWD: npm ? folder : undefined },
    timeoutMs: 60_000,
  });
  return { code, said: (stdout + stderr).trim().split('\n') };
}

test('a settings file is sought where the command was typed, and told in one line', async () => {
  const holds: Record<string, string> = {
    own: 'resource https://tickets.example.net/tickets, issuer https://id.example.net/, 2 tools',
    stateful: 'resource https://notes.example.org/notes, issuer https://id.example.org, 1 tool',
    'reference-server':
      'resource https://models.example.org/mcp, issuer https://id.example.org/tenant, 1 tool',
    hardened: 'resource https://orders.example.net/orders, issuer https://id.example.net/, 1 tool',
  };
  for (const npm of [true, false]) {
    for (const [reader, what] of Object.entries(holds)) {
      const verdict = await checkIn(join(root, 'test/readers', reader), npm);
      assert.deepEqual(verdict, { code: 0, said: [`settings.yaml: complete; ${what}`] });
    }
  }
});

test('a token is judged as the gate would judge it, and is not printed', async (t) => {
  const { issuer, server } = await startProtected(t);
  const resource = 'https://notes.example.org/notes';
  const spec = {
    resource,
    issuer: issuer.issuer,
    jwks: issuer.jwksUri,
    algorithms: 'ES256',
    scopes: 'models:read models:deploy',
    tools: { list_models: 'models:read', deploy_model: 'models:deploy' },
  };
  const judge = async (token: string, change: object = {}) => {
    const verdict = await judgeToken({ ...spec, ...change }, `printf %s '${token}'`, root);
    assert.ok(token === '' || !verdict.text.includes(token));
    return [verdict.accepted, verdict.text];
  };
  const mint = (more: MintOptions = {}) =>
    issuer.mint({ ...more, claims: { aud: resource, ...more.claims } });
  assert.deepEqual(await judge(await mint()), [
    true,
    'accepted; subject alice, opens 1 of 2 tools',
  ]);
  assert.deepEqual(await judge(await mint({ header: { typ: 'JWT' } })), [
    false,
    'the token is not an access token: typ is "JWT", not "at+jwt"',
  ]);
  assert.deepEqual(await judge(await mint({ omit: ['scope'], claims: { scp: 'models:read' } })), [
    false,
    'it opens no tool: scope is missing, and scp, which is not read, is "models:read"',
  ]);
  const [, noKeys] = await judge(await mint(), { jwks: new URL('/nowhere', server.url).href });
  assert.match(String(noKeys), /^http:\S+\/nowhere gives no keys: http:\S+ answered 404$/);
});

test('a command that prints no token is a problem that names it', async () => {
  const folder = join(root, 'test/readers/own');
  const { code, said } = await checkIn(folder, true, ['--token-command', 'echo why >&2; exit 2']);
  assert.equal(code, 1);
  assert.equal(said.at(-1), 'the token: "echo why >&2; exit 2" printed none: why');
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
    ['registries', "spec.registries are still the example's: write yours"],
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

test("the example's tools and scopes are problems where the server is the reader's own", async () => {
  const own = readObject('test/readers/own/settings.yaml');
  const { scopes, tools } = readObject('manifests/settings/settings.yaml')['spec'] as Tree;
  const copied = withValue(withValue(own, 'spec.scopes', scopes), 'spec.tools', tools);
  bench.write('settings.yaml', copied);
  const { code, said } = await checkIn(bench.folder, true);
  assert.equal(code, 1);
  assert.deepEqual(
    said.map((line) => line.replace(/:\d+:/, ':')),
    [
      "settings.yaml: spec.scopes are still the example's: write yours",
      "settings.yaml: spec.tools are still the example's: write yours",
    ],
  );
});
