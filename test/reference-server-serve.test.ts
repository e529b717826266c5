import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { decodeJwt } from 'jose';
import { run, start } from '../scripts/lib/children.ts';
import { root } from '../scripts/lib/paths.ts';

const script = (name: string) => join(root, 'scripts', `${name}.ts`);

function cacheFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'cache-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** Start `npm run serve` on free ports and return what it printed once it is ready. */
async function serve(t: TestContext, cache: string): Promise<string> {
  const args = [script('serve'), '--port', '0', '--issuer-port', '0'];
  const env = { ...process.env, MCP_CACHE: cache };
  const child = start(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGINT');
    assert.equal(await ended, 130);
  });
  let printed = '';
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    printed += String(chunk);
    if (printed.includes('Ctrl-C ends both.')) break;
  }
  return printed;
}

async function token(cache: string, ...args: string[]) {
  return run(process.execPath, [script('token'), ...args], {
    env: { ...process.env, MCP_CACHE: cache },
  });
}

test('every curl that serve prints works as printed', async (t) => {
  const cache = cacheFolder(t);
  const printed = await serve(t, cache);
  assert.ok(!printed.includes('\u001b'), 'colour belongs to a terminal only');
  assert.equal(statSync(join(cache, 'served.json')).mode & 0o777, 0o600);
  const commands = [...printed.matchAll(/^# ([a-z-]+): .+\ncurl -sS -i (\S+) ([^]*?)\n$/gm)];
  assert.deepEqual(
    commands.map(([, subject]) => subject),
    ['alice', 'bob', 'carol', 'dave', 'ci-deployer', 'drift-monitor', 'support-agent', 'mallory'],
  );
  for (const [, subject = '', url = '', rest = ''] of commands) {
    const headers = new Headers();
    for (const [, name = '', value = ''] of rest.matchAll(/-H ['"]([^:]+): ([^\n]*?)['"](?= )/g)) {
      headers.set(name, value);
    }
    if (subject !== 'mallory') {
      assert.equal(headers.get('authorization'), `Bearer $(npm run -s token -- ${subject})`);
      headers.set('authorization', `Bearer ${(await token(cache, subject)).stdout.trim()}`);
    }
    const body = /-d '(.*)'/.exec(rest)?.[1];
    const response = await fetch(url, { method: 'POST', headers, body });
    assert.equal(response.status, subject === 'mallory' ? 401 : 200, subject);
    assert.doesNotMatch(await response.text(), /"isError":true/, subject);
  }
});

test('token prints one token and nothing else, with the scope asked for', async (t) => {
  const cache = cacheFolder(t);
  await serve(t, cache);
  const { code, stdout, stderr } = await token(cache, 'bob', '--scope', 'models:read');
  assert.deepEqual([code, stderr], [0, '']);
  assert.match(stdout, /^[\w-]+\.[\w-]+\.[\w-]+\n$/);
  assert.equal(decodeJwt(stdout.trim())['scope'], 'models:read');
  assert.deepEqual(await token(cache, 'alice', '--scope', 'models:delete'), {
    code: 1,
    stdout: '',
    stderr: 'alice is given no token for "models:delete": nothing was granted\n',
  });
});

test('token says in one line what is missing', async (t) => {
  const cache = cacheFolder(t);
  const all = 'alice bob carol dave ci-deployer drift-monitor support-agent mallory';
  const lines: [args: string[], line: string][] = [
    [['alice'], 'no authorization server runs here: start it with "npm run serve"\n'],
    [['eve'], `name one subject instead of "eve": ${all}\n`],
    [['alice', 'bob'], `name one subject instead of "alice bob": ${all}\n`],
    [['mallory'], 'mallory has no valid credential\n'],
  ];
  for (const [args, line] of lines) {
    assert.deepEqual(await token(cache, ...args), { code: 1, stdout: '', stderr: line });
  }
});

test('serve says in one line which port is in use and starts nothing', async (t) => {
  const cache = cacheFolder(t);
  const printed = await serve(t, cache);
  const port = /authorization server +http:\/\/127\.0\.0\.1:(\d+)/.exec(printed)?.[1] ?? '';
  const other = cacheFolder(t);
  const env = { ...process.env, MCP_CACHE: other };
  const args = [script('serve'), '--port', '0', '--issuer-port', port];
  assert.deepEqual(await run(process.execPath, args, { env }), {
    code: 1,
    stdout: '',
    stderr: `--issuer-port ${port} is in use: stop what listens there or choose another\n`,
  });
  assert.throws(() => statSync(join(other, 'served.json')), { code: 'ENOENT' });
});
