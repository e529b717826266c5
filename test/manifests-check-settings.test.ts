import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { parse } from 'yaml';
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
    own: 'token-authentication; resource https://tickets.example.net/tickets, issuer https://id.example.net/; 2 tools',
    stateful:
      'token-authentication; resource https://notes.example.org/notes, issuer https://id.example.org; 1 tool',
    'reference-server':
      'token-authentication; resource https://models.example.org/mcp, issuer https://id.example.org/tenant; 1 tool',
    gateway:
      'token-authentication, ingress-gateway; resource https://notes.example.net/notes, issuer https://id.example.net/; 2 tools',
    hardened:
      'token-authentication, hardened-baseline; resource https://orders.example.net/orders, issuer https://id.example.net/; 1 tool',
  };
  for (const npm of [true, false]) {
    for (const [reader, what] of Object.entries(holds)) {
      const verdict = await checkIn(join(root, 'test/readers', reader), npm);
      assert.deepEqual(verdict, { code: 0, said: [`settings.yaml: complete for ${what}`] });
    }
  }
});

/** The settings that the replacements of a pattern read. */
function readBy(pattern: string): string[] {
  const file = join(root, 'manifests', pattern, 'pattern', 'replacements.yaml');
  const replacements = parse(readFileSync(file, 'utf8')) as { source: Record<string, string> }[];
  const paths = replacements
    .filter(({ source }) => source['kind'] === 'Settings')
    .map(({ source }) => String(source['fieldPath']).split('.')[1] ?? '')
    .filter((setting) => setting !== 'found');
  return [...new Set(paths)];
}

test('what only other patterns read may be left out, and nothing that this one reads', async () => {
  const whole = readObject('test/readers/hardened/settings.yaml');
  const gateway = readObject('test/readers/gateway/settings.yaml')['spec'] as Tree;
  const all: Tree = { ...(whole['spec'] as Tree), gateway: gateway['gateway'] };
  all['gateway'] = { ...(gateway['gateway'] as Tree), scopes: String(all['scopes']).split(' ') };
  const check = (settings: string[]) => {
    const spec = Object.fromEntries(settings.map((setting) => [setting, all[setting]]));
    bench.write('settings.yaml', { ...whole, spec });
    return checkIn(bench.folder, true);
  };
  for (const pattern of ['token-authentication', 'ingress-gateway', 'hardened-baseline']) {
    const needed = readBy(pattern);
    assert.ok(needed.length >= 4, `${pattern} reads ${needed.join(', ')}`);
    const { code, said } = await check(needed);
    assert.match(said[0] ?? '', new RegExp(`^settings\\.yaml: complete for ${pattern}(;|$)`));
    assert.equal(code, 0);
    for (const setting of needed) {
      const without = await check(needed.filter((each) => each !== setting));
      assert.equal(without.code, 1, `${pattern} without ${setting}: ${without.said.join(' ')}`);
      assert.match(without.said.join(' '), new RegExp(`"${setting}"|is for no pattern: `));
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

test('a token has no judge where no gate is set', async () => {
  const { spec, ...rest } = readObject('test/readers/gateway/settings.yaml');
  const { resource, issuer, jwks, scopes, gateway } = spec as Tree;
  bench.write('settings.yaml', { ...rest, spec: { resource, issuer, jwks, scopes, gateway } });
  const { code, said } = await checkIn(bench.folder, true, ['--token-command', 'echo a']);
  assert.equal(code, 1);
  assert.equal(
    said.at(-1),
    '--token-command: settings.yaml has no spec.gate, which would judge the token',
  );
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
