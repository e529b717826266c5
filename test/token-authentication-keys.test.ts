import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import type { Stage } from '../patterns/gate/stage.ts';
import { tokenAuthentication } from '../patterns/token-authentication/token-authentication.ts';
import { startProtected } from './lib/gate-fixture.ts';

const read = { tenant: 'acme' };
const other = 'https://other.example.com/mcp';

test('without the keys of the issuer nothing passes, and 503 says when to try again', async (t) => {
  const faults: ((port: number) => string)[] = [
    () => 'http://127.0.0.1:1/jwks',
    (port) => `http://127.0.0.1:${port}/500`,
    (port) => `http://127.0.0.1:${port}/html`,
    (port) => `http://127.0.0.1:${port}/redirect`,
    (port) => `http://127.0.0.1:${port}/no-keys`,
  ];
  const port = await startKeys(t);
  for (const fault of faults) {
    const { issuer, server, call } = await startProtected(t, { jwksUri: fault(port) });
    const { status, headers, text } = await call(
      'list_models',
      read,
      await issuer.tokenFor('alice'),
    );
    assert.equal(status, 503, fault(port));
    assert.equal(headers.get('retry-after'), '5');
    assert.match(text, /the keys of the authorization server cannot be fetched/);
    assert.deepEqual(server.journal.calls, []);
    assert.equal((await call('list_models', read)).status, 401);
  }
});

test('an unknown key id causes one fetch of the keys during the cooldown', async (t) => {
  let fetched = 0;
  const { issuer, call } = await startProtected(t, {});
  const port = await startKeys(t, () => {
    fetched += 1;
    return issuer.jwks();
  });
  const stage = tokenAuthentication({
    resource: other,
    issuer: issuer.issuer,
    jwksUri: `http://127.0.0.1:${port}/`,
    algorithms: ['ES256'],
    scopes: ['models:read'],
    tools: {},
    jwksCooldown: 60_000,
  });
  const ask = async (header: Record<string, string>) => {
    const token = await issuer.mint({ claims: { aud: other }, header });
    return answerOf(stage, [['authorization', `Bearer ${token}`]]);
  };
  for (let i = 0; i < 5; i++) assert.equal(await ask({ kid: `unknown-${i}` }), 401);
  assert.equal(await ask({}), undefined);
  assert.equal(fetched, 1);
  assert.equal((await call('list_models', read)).status, 401);
});

test('a token of a withdrawn key is accepted until the cached keys are too old', async (t) => {
  const { issuer, call } = await startProtected(t, {});
  const token = await issuer.tokenFor('alice');
  assert.equal((await call('list_models', read, token)).status, 200);
  await issuer.rotateKeys();
  assert.equal((await call('list_models', read, token)).status, 200);
});

test('keys that are too old are fetched again before a token is believed', async (t) => {
  const { issuer, call } = await startProtected(t, { jwksCacheMaxAge: 0 });
  const token = await issuer.tokenFor('alice');
  assert.equal((await call('list_models', read, token)).status, 200);
  await issuer.rotateKeys();
  assert.equal((await call('list_models', read, token)).status, 401);
});

/** Ask a stage about a tools/list that is sent with these fields. */
async function answerOf(stage: Stage, headers: [string, string][]): Promise<number | undefined> {
  const message = () => Promise.resolve({ jsonrpc: '2.0' as const, id: 1, method: 'tools/list' });
  try {
    return (await stage({ method: 'POST', target: '/mcp', headers, message }))?.status;
  } catch (refusal) {
    return (refusal as { answer: { status: number } }).answer.status;
  }
}

/** Publish keys the wrong way, by path, or the right way at `/`. */
async function startKeys(t: TestContext, keys: () => object = () => ({})): Promise<number> {
  const server = createServer((request, response) => {
    if (request.url === '/500') response.writeHead(500).end();
    else if (request.url === '/html') response.end('<html>');
    else if (request.url === '/redirect') response.writeHead(302, { location: '/' }).end();
    else if (request.url === '/no-keys') response.end('{}');
    else response.end(JSON.stringify(keys()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}
