import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { LogEntry } from '../patterns/gate/log.ts';
import type { Stage } from '../patterns/gate/stage.ts';
import { startGate } from '../patterns/gate/start-gate.ts';
import { startAuthorizationServer } from '../patterns/reference-server/authorization-server.ts';
import { tokenAuthentication } from '../patterns/token-authentication/token-authentication.ts';
import { sendBytes, startRecorder, statusOf } from './lib/gate-fixture.ts';

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
    {
      status: 401,
      reason: 'the token is not signed by the issuer',
      cause: 'Invalid Compact JWS',
    },
    {
      status: 403,
      reason: 'this call needs models:deploy',
      cause: 'scope is "models:read"',
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

test('what never becomes a request, and what ends early, is written as what it was', async (t) => {
  const server = await startRecorder(t);
  const entries: LogEntry[] = [];
  const gate = await startGate({
    stages: [],
    upstream: server.url,
    log: (entry) => entries.push(entry),
  });
  t.after(() => gate.close());
  const start = 'POST /mcp HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n';
  const chunked = `${start}Transfer-Encoding: chunked\r\n`;
  for (const [bytes, status] of [
    [`${start}Content-Length: 2, 2\r\n\r\n{}`, 400],
    [`${chunked}\r\n0x2\r\n{}\r\n0\r\n\r\n`, 400],
    [`${start}X: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
    [`${start}Expect: tea\r\nConnection: close\r\n\r\n`, 417],
    ['CONNECT h:1 HTTP/1.1\r\nHost: h\r\n\r\n', 405],
    ['POST /mcp HTTP/1.0\r\nHost: h\r\n\r\n', 505],
    ['POST /mcp HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
  ] as const) {
    assert.equal(statusOf(await sendBytes(gate.url, bytes)), status, bytes.slice(0, 90));
    assert.equal(entries.filter((entry) => entry.status === 200).length, 0);
  }
  assert.ok(entries.length >= 7);
  assert.equal(server.received.length, 0);
});

/** Start a server that answers with a stream, and never ends it. */
const startStreaming = (t: TestContext) =>
  startRecorder(t, (_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: 1\n\n');
  });

/** Open a stream through a gate, for a caller who is believed until then. */
async function openStream(t: TestContext, until: number): Promise<Response> {
  const server = await startStreaming(t);
  const caller = { subject: 'a', clientId: 'c', issuer: 'i', scopes: [], until, claims: {} };
  const believe: Stage = (request) => void (request.caller = caller);
  const gate = await startGate({ stages: [believe], upstream: server.url });
  t.after(() => gate.close());
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(gate.url, { method: 'POST', headers, body: call('a', 'b') });
  assert.equal(response.status, 200);
  return response;
}

test('a stream ends with the token that opened it', { timeout: 8000 }, async (t) => {
  const response = await openStream(t, Date.now() + 1000);
  await assert.rejects(response.text());
});

test('a stream is timed whose token holds longer than a timer can wait', async (t) => {
  const warned: Error[] = [];
  const warn = (warning: Error) => warned.push(warning);
  process.on('warning', warn);
  t.after(() => process.off('warning', warn));
  const { body } = await openStream(t, Date.now() + 0x7fff_ffff + 60_000);
  const timers = process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
  await body?.cancel();
  await delay(100);
  assert.deepEqual(warned, []);
  assert.ok(process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length < timers);
});

test('bytes that are no request are not answered within the answer before them', async (t) => {
  const server = await startStreaming(t);
  const gate = await startGate({ stages: [], upstream: server.url });
  t.after(() => gate.close());
  const body = call('a', 'b');
  const socket = connect(Number(gate.url.port), gate.url.hostname);
  let answer = '';
  socket.on('error', () => undefined);
  socket.on('data', (data) => {
    if (answer === '') socket.write('GARBAGE\r\n\r\n');
    answer += data.toString();
  });
  socket.write(
    `POST /mcp HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  await once(socket, 'close');
  assert.match(answer, /^HTTP\/1\.1 200 OK/);
  assert.doesNotMatch(answer, /400/);
});
