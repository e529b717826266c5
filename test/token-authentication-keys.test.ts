import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { decodeJwt } from 'jose';
import type { Stage } from '../patterns/gate/stage.ts';
import { tokenAuthentication } from '../patterns/token-authentication/token-authentication.ts';
import {
  maxLength,
  maxRemembered,
  verifyOnce,
} from '../patterns/token-authentication/verify-once.ts';
import { createVerifier } from '../patterns/token-authentication/verify-token.ts';
import { mcpHeaders, requestText, startProtected, toolCall } from './lib/gate-fixture.ts';

const read = { tenant: 'acme' };
const other = 'https://other.example.com/mcp';

/** The options of a stage before another server than the one that is called here. */
const elsewhere = ({ issuer, jwksUri }: { issuer: string; jwksUri: string }) => ({
  resource: other,
  issuer,
  jwksUri,
  algorithms: ['ES256'],
  scopes: ['models:read'],
  tools: {},
});

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
  const jwksUri = `http://127.0.0.1:${port}/`;
  const stage = tokenAuthentication({
    ...elsewhere({ issuer: issuer.issuer, jwksUri }),
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

test('a token that was valid once is refused when it has expired', async (t) => {
  const { issuer, call } = await startProtected(t, { clockTolerance: 0 });
  const exp = Math.floor(Date.now() / 1000) + 3;
  const token = await issuer.mint({ claims: { exp } });
  assert.equal((await call('list_models', read, token)).status, 200);
  await sleep((exp + 1) * 1000 - Date.now());
  const { status, challenge } = await call('list_models', read, token);
  assert.equal(status, 401);
  assert.match(challenge, /the token has expired/);
});

test('a token that expires while the body comes in is refused', async (t) => {
  const { issuer, server } = await startProtected(t, { clockTolerance: 0 });
  const exp = Math.floor(Date.now() / 1000) + 2;
  const token = await issuer.mint({ claims: { exp } });
  const body = toolCall('list_models', read);
  const fields = Object.entries(mcpHeaders('list_models', token)).map((it) => it.join(': '));
  const bytes = requestText(['POST /mcp HTTP/1.1', 'Host: localhost', ...fields], body);
  const answer = new Promise<string>((resolve) => {
    const socket = connect(Number(server.url.port), server.url.hostname);
    const head = bytes.length - 10;
    socket.write(bytes.subarray(0, head));
    setTimeout(() => socket.write(bytes.subarray(head)), (exp + 1) * 1000 - Date.now());
    socket.once('data', (data) => resolve(data.toString()));
    socket.once('close', () => resolve('no answer'));
  });
  assert.match(await answer, /^HTTP\/1\.1 401 [\s\S]*the token has expired/);
  assert.deepEqual(server.journal.calls, []);
});

/** A token that holds for a minute, under one key. */
const holding = () => ({ until: Date.now() + 60_000, header: { alg: 'ES256' }, key });
const key = new Uint8Array();

test('a token is verified once, until too many others were', async () => {
  const checked: string[] = [];
  const check = (token: string) => {
    checked.push(token);
    return Promise.resolve(holding());
  };
  const verify = verifyOnce(check, () => Promise.resolve(key));
  await verify('first');
  await verify('first');
  assert.deepEqual(checked, ['first']);
  for (let i = 1; i < maxRemembered; i++) await verify(`other-${i}`);
  await verify('first');
  assert.equal(checked.length, maxRemembered);
  await verify('one more');
  await verify('first');
  assert.deepEqual(checked.slice(-2), ['one more', 'first']);
  const long = 'a'.repeat(maxLength + 1);
  await verify(long);
  await verify(long);
  assert.deepEqual(checked.slice(-2), [long, long]);
});

test('a token with a second audience is refused each time, and never remembered', async (t) => {
  const { issuer, call } = await startProtected(t, {});
  const verified = t.mock.method(crypto.subtle, 'verify');
  const token = await issuer.tokenFor('alice');
  for (let i = 0; i < 2; i++) assert.equal((await call('list_models', read, token)).status, 200);
  assert.equal(verified.mock.callCount(), 1);
  const { aud } = decodeJwt(token);
  const second = await issuer.mint({ claims: { aud: [String(aud), other] } });
  for (let i = 0; i < 2; i++) assert.equal((await call('list_models', read, second)).status, 401);
  assert.equal(verified.mock.callCount(), 3);
});

test('what is known of a caller cannot be changed for its later calls', async (t) => {
  const { issuer } = await startProtected(t, {});
  const verify = createVerifier(elsewhere(issuer));
  const caller = await verify(await issuer.mint({ claims: { aud: other } }));
  for (const part of [caller, caller.scopes, caller.claims]) assert.ok(Object.isFrozen(part));
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
