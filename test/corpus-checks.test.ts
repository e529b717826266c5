import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { startGate } from '../patterns/gate/start-gate.ts';
import { startPublishedServer } from '../patterns/token-authentication/published-server.ts';
import { attacks } from './attacks/index.ts';
import { RecordingHop } from './corpus/recording-hop.ts';
import { requirements } from './corpus/requirements.ts';
import { sendRaw } from './corpus/raw-http.ts';
import { tools } from './planes/everything-server.ts';
import { stagesFor, startSurroundings } from './planes/protected-server.ts';
import { resource } from './surfaces/server.ts';

const around = await startSurroundings();
const { authorizationServer } = around;
const published = await startPublishedServer();
const hop = new RecordingHop(published.url);
const gate = await startGate({
  stages: stagesFor(authorizationServer, tools),
  upstream: await hop.listen(),
});
after(async () => {
  await gate.close();
  await hop.close();
  published.close();
  await around.close();
});

const send = (target: string, method: string, body: object | undefined, more: [string, string][]) =>
  sendRaw(gate.url, {
    method,
    target,
    headers: [
      ['Host', gate.url.host],
      ['Accept', 'application/json, text/event-stream'],
      ['Content-Type', 'application/json'],
      ...more,
    ],
    ...(body && { body: JSON.stringify({ jsonrpc: '2.0', ...body }) }),
  });

test('every MUST has its attacks or its check', () => {
  const ids = new Set(attacks.map(({ id }) => id));
  const source = readFileSync(join(import.meta.dirname, 'corpus-checks.test.ts'), 'utf8');
  assert.ok(requirements.filter(({ of }) => of === 'server').length >= 20);
  for (const { must, attacks: named = [], check } of requirements) {
    const unknown = named.filter((id) => !ids.has(id));
    assert.deepEqual(unknown, [], `"${must}" names unknown attacks`);
    assert.ok(named.length > 0 || check !== undefined, `"${must}" is shown by nothing`);
    if (check === undefined) continue;
    assert.ok(source.includes(`test('${check}'`), `"${must}" names no test: ${check}`);
  }
});

test('the metadata of a resource names it and its issuer', async () => {
  const answer = await send('/.well-known/oauth-protected-resource/mcp', 'GET', undefined, []);
  assert.equal(answer.status, 200);
  assert.deepEqual(JSON.parse(answer.body), {
    resource: 'https://mcp.example.com/mcp',
    authorization_servers: [authorizationServer.issuer],
    scopes_supported: ['models:read'],
    bearer_methods_supported: ['header'],
  });
});

test('no method and no path passes without a token', async () => {
  const methods = ['initialize', 'tools/list', 'tools/call', 'resources/read', 'server/discover'];
  const messages = [
    ...methods.map((method) => ({ id: 1, method, params: { name: 'get-env' } })),
    { method: 'notifications/initialized' },
  ];
  const paths = ['/mcp?a=b', '/mcp/', '/MCP', '//mcp', '/mcp;a', '/%6dcp', '/./mcp', '/', '*'];
  const absolute = ['http://127.0.0.1/mcp', `${gate.url.href}`];
  hop.clear();
  for (const message of messages) {
    assert.equal((await send('/mcp', 'POST', message, [])).status, 401, message.method);
  }
  for (const method of ['GET', 'DELETE', 'PUT', 'HEAD', 'OPTIONS']) {
    assert.equal((await send('/mcp', method, undefined, [])).status, 401, method);
  }
  for (const target of [...paths, ...absolute]) {
    const { status } = await send(target, 'POST', messages[2], []);
    assert.ok([400, 401, 404].includes(status), `${target}: ${status}`);
  }
  assert.equal(hop.requests, 0);
});

test('no token and no claimed identity reaches the server', async () => {
  const token = await authorizationServer.tokenFor('alice', { scope: 'models:read', resource });
  hop.clear();
  await send('/mcp', 'POST', { id: 1, method: 'tools/list' }, [
    ['Authorization', `Bearer ${token}`],
    ['Cookie', 'a=b'],
    ['X-Forwarded-User', 'carol'],
    ['X-Auth-Request-Email', 'carol@acme.example'],
    ['X-Forwarded-Client-Cert', 'URI=spiffe://acme.example/ci'],
    ['Mcp-Session-Id', 'of-bob'],
  ]);
  assert.equal(hop.requests, 1);
  assert.deepEqual([...hop.fields].sort(), [
    'accept',
    'connection',
    'content-length',
    'content-type',
    'host',
    'mcp-session-id',
  ]);
});

test('a broader scope opens what a narrower one opens', async () => {
  const token = await authorizationServer.tokenFor('carol', { scope: 'models:delete', resource });
  const names = ['get-sum', 'gzip-file-as-resource', 'toggle-simulated-logging'];
  hop.clear();
  for (const name of names) {
    const call = { id: 1, method: 'tools/call', params: { name, arguments: {} } };
    await send('/mcp', 'POST', call, [['Authorization', `Bearer ${token}`]]);
  }
  assert.deepEqual(
    hop.calls.map(({ tool }) => tool),
    ['get-sum', 'gzip-file-as-resource', 'toggle-simulated-logging'],
  );
});
