import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run } from '../scripts/lib/children.ts';
import { root } from '../scripts/lib/paths.ts';

const attack = (...args: string[]) =>
  run(process.execPath, ['scripts/attack.ts', ...args], { cwd: root });

test('one attack on one plane is shown with its twin and both answers', async () => {
  const args = ['--plane', 'typescript', '--attack', 'wrong-audience', '-v'];
  const { code, stdout } = await attack(...args);
  assert.equal(code, 0);
  const lines = stdout.split('\n');
  assert.deepEqual(
    lines.filter((line) => line.startsWith('> ')),
    ['>   aud  https://wiki.example.com/mcp', '>   aud  https://mcp.example.com/mcp'],
  );
  assert.ok(lines.includes('  HTTP/1.1 401 Unauthorized'));
  assert.ok(lines.includes('  HTTP/1.1 200 OK'));
  assert.ok(lines.includes('  effect: none'));
  assert.ok(lines.includes('  effect: deploy_model'));
  assert.ok(lines.includes('token-audience  1 refused'));
  assert.ok(!stdout.includes('\u001b'), 'colour where there is no terminal');
});

test('a program reads verdicts as JSON', async () => {
  const args = ['--plane', 'unprotected', '--attack', 'no-token', '--json'];
  const { code, stdout } = await attack(...args);
  assert.equal(code, 0);
  assert.deepEqual(JSON.parse(stdout), [
    {
      plane: 'unprotected',
      attack: 'no-token',
      verdict: 'works',
      status: '200',
      reason: 'deploy_model executed',
      problems: [],
    },
  ]);
});

const mistakes: [args: string[], line: string][] = [
  [
    ['--plane', 'envoy'],
    'no plane is called "envoy": there are unprotected, typescript, typescript-gate, network-policy, envoy-gateway\n',
  ],
  [
    ['--group', 'toString'],
    'no group is called "toString": there are credentials, forged-identity, token-audience, token-lifetime, scopes, client-discovery, network\n',
  ],
  [
    ['--group', 'token-lifetime', '--attack', 'no-token'],
    'no attack is called "no-token": there are expired, no-expiry, expiry-as-string, not-yet-valid, withdrawn-key\n',
  ],
  [['--address'], "Unknown option '--address': --help lists what there is\n"],
];

for (const [args, line] of mistakes) {
  test(`${args.join(' ')} is answered with one line and exit 1`, async () => {
    const { code, stdout, stderr } = await attack(...args);
    assert.deepEqual({ code, stdout, stderr }, { code: 1, stdout: '', stderr: line });
  });
}

test('help shows one example', async () => {
  const { code, stdout } = await attack('--help');
  assert.equal(code, 0);
  assert.match(
    stdout,
    /^example: npm run attack -- --plane typescript --attack wrong-audience -v$/m,
  );
});
