import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LogEntry } from '../patterns/gate/log.ts';
import { startGate } from '../patterns/gate/start-gate.ts';
import { startAuthorizationServer } from '../patterns/reference-server/authorization-server.ts';
import { tokenAuthentication } from '../patterns/token-authentication/token-authentication.ts';
import { startRecorder } from './lib/gate-fixture.ts';

const call = (name: string, secret: string) =>
  JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: { name, arguments: { model: secret } },
  });

test('each call and each refusal is written, with no token and no argument in it', async (t) => {
  const server = await startRecorder(t);
  const stages: ReturnType<typeof tokenAuthentication>[] = [];
  const entries: LogEntry[] = [];
  const ended = new Map<number, () => void>();
  const gate = await startGate({
    stages,
    upstream: server.url,
    log: (entry) => {
      entries.push(entry);
      ended.get(entries.length)?.();
    },
  });
  t.after(() => gate.close());
  const as = await startAuthorizationServer({ resources: [gate.url.href] });
  t.after(() => as.close());
  const options = { resource: gate.url.href, issuer: as.issuer, jwksUri: as.jwksUri };
  const tools = { list_models: 'models:read', deploy_model: 'models:deploy' };
  const scopes = ['models:read', 'models:deploy'];
  stages.push(tokenAuthentication({ ...options, algorithms: ['ES256'], scopes, tools }));

  const token = await as.tokenFor('alice', { resource: gate.url.href, scope: 'models:read' });
  const send = async (body: string, authorization?: string) => {
    const logged = new Promise<void>((resolve) => ended.set(entries.length + 1, resolve));
    const headers = { 'content-type': 'application/json', ...(authorization && { authorization }) };
    await (await fetch(gate.url, { method: 'POST', headers, body })).text();
    await logged;
  };
  await send(call('list_models', 'acme/secret'));
  await send(call('list_models', 'acme/secret'), 'Bearer not-a-token');
  await send(call('deploy_model', 'acme/secret'), `Bearer ${token}`);
  await send(call('list_models', 'acme/secret'), `Bearer ${token}`);

  const caller = { subject: 'alice', clientId: entries[3]?.clientId };
  assert.ok(caller.clientId);
  const method = 'tools/call';
  assert.deepEqual(JSON.parse(JSON.stringify(entries)), [
    { status: 401, reason: 'no token was sent' },
    { status: 401, reason: 'the token is not signed by the issuer' },
    {
      status: 403,
      reason: 'this call needs models:deploy',
      method,
      tool: 'deploy_model',
      ...caller,
    },
    { status: 200, method, tool: 'list_models', ...caller },
  ]);
  const text = JSON.stringify(entries);
  assert.ok(!text.includes(token) && !text.includes('not-a-token') && !text.includes('secret'));
});

test('a gate that ends lets a call in flight finish, and takes no other', async (t) => {
  let finish = () => {};
  const begun = new Promise<void>((resolve) => {
    finish = resolve;
  });
  let answer = () => {};
  const server = await startRecorder(t, (_, response) => {
    answer = () => response.end('{}');
    finish();
  });
  const gate = await startGate({ stages: [], upstream: server.url });
  const init = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: call('list_models', 'x'),
  };
  const inFlight = fetch(gate.url, init);
  await begun;
  const drained = gate.drain(10_000);
  await assert.rejects(fetch(gate.url, init));
  answer();
  assert.equal((await inFlight).status, 200);
  await drained;
});
