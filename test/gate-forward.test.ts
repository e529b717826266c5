import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test, type TestContext } from 'node:test';
import { startGate } from '../patterns/gate/start-gate.ts';
import {
  mcpHeaders,
  requestText,
  sendBytes,
  startRecorder,
  statusOf,
  toolCall,
} from './lib/gate-fixture.ts';

const body = toolCall('list_models');
const headers = mcpHeaders('list_models', 'a.b.c');

async function startBefore(t: TestContext, upstream: URL) {
  const gate = await startGate({ stages: [], upstream });
  t.after(() => gate.close());
  return gate;
}

test('the token, cookies and claimed identities stay at the gate', async (t) => {
  const server = await startRecorder(t);
  const gate = await startBefore(t, server.url);
  await fetch(gate.url, {
    method: 'POST',
    body,
    headers: {
      ...headers,
      cookie: 'session=1',
      'proxy-authorization': 'Basic a',
      'x-forwarded-user': 'carol',
      'x-forwarded-for': '10.0.0.1',
      'x-forwarded-client-cert': 'Subject="CN=carol"',
      'x-auth-request-email': 'carol@acme.example',
      x_forwarded_user: 'carol',
      forwarded: 'for=10.0.0.1',
      'x-api-key': 'a',
      te: 'trailers',
      'mcp-param-tenant': 'acme',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    },
  });
  assert.deepEqual(server.received[0]?.headers.map(([name]) => name.toLowerCase()).sort(), [
    'accept',
    'connection',
    'content-length',
    'content-type',
    'host',
    'mcp-method',
    'mcp-name',
    'mcp-param-tenant',
    'mcp-protocol-version',
    'traceparent',
    'user-agent',
  ]);
});

test('a connection that names a field that is passed on is refused with 400', async (t) => {
  const server = await startRecorder(t);
  const gate = await startBefore(t, server.url);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const request = requestText(
    [
      'POST /mcp HTTP/1.1',
      'Host: h',
      ...lines,
      'Connection: user-agent , Mcp-Name',
      'User-Agent: a',
    ],
    body,
  );
  assert.equal(statusOf(await sendBytes(gate.url, request)), 400);
  assert.equal(server.received.length, 0);
});

test('a query is not passed on', async (t) => {
  const server = await startRecorder(t);
  const gate = await startBefore(t, server.url);
  await fetch(`${gate.url.href}?tenant=globex`, { method: 'POST', body, headers });
  assert.deepEqual(
    server.received.map(({ method, url }) => [method, url]),
    [['POST', '/mcp']],
  );
});

test('an event is passed on before the stream ends', { timeout: 20_000 }, async (t) => {
  const server = await startRecorder(t, (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: 1\n\n');
  });
  const gate = await startBefore(t, server.url);
  const response = await fetch(gate.url, { method: 'POST', body, headers });
  assert.equal(response.headers.get('content-type'), 'text/event-stream');
  const reader = response.body?.getReader();
  assert.equal(Buffer.from((await reader?.read())?.value ?? []).toString(), 'data: 1\n\n');
  await reader?.cancel();
});

test('a client that leaves ends the request at the server', { timeout: 10_000 }, async (t) => {
  const left = Promise.withResolvers<void>();
  const server = await startRecorder(t, (_request, response) => {
    response.on('close', () => left.resolve());
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: 1\n\n');
  });
  const gate = await startBefore(t, server.url);
  const abort = new AbortController();
  const response = await fetch(gate.url, { method: 'POST', body, headers, signal: abort.signal });
  abort.abort();
  await assert.rejects(response.text(), { name: 'AbortError' });
  await left.promise;
});

test(
  'a client that leaves before the answer ends the request too',
  { timeout: 10_000 },
  async (t) => {
    const arrived = Promise.withResolvers<void>();
    const left = Promise.withResolvers<void>();
    const server = await startRecorder(t, (_request, response) => {
      response.on('close', () => left.resolve());
      arrived.resolve();
    });
    const gate = await startBefore(t, server.url);
    const abort = new AbortController();
    const answer = fetch(gate.url, { method: 'POST', body, headers, signal: abort.signal });
    await arrived.promise;
    abort.abort();
    await assert.rejects(answer, { name: 'AbortError' });
    await left.promise;
  },
);

test('status, fields and refusals of the server come back as they are', async (t) => {
  const server = await startRecorder(t, (_request, response) => {
    response.writeHead(400, [
      ...['Content-Type', 'application/json', 'Mcp-Session-Id', 'a', 'Set-Cookie', 'b=1'],
      ...['Set-Cookie', 'c=2', 'Connection', 'close, X-Hop', 'X-Hop', '1', 'Proxy-Connection', 'a'],
    ]);
    response.end('{"jsonrpc":"2.0"}');
  });
  const gate = await startBefore(t, server.url);
  const response = await fetch(gate.url, { method: 'POST', body, headers });
  assert.equal(response.status, 400);
  assert.equal(await response.text(), '{"jsonrpc":"2.0"}');
  assert.deepEqual(response.headers.getSetCookie(), ['b=1', 'c=2']);
  assert.equal(response.headers.get('mcp-session-id'), 'a');
  assert.equal(response.headers.get('x-hop'), null);
  assert.equal(response.headers.get('proxy-connection'), null);
});

test('a server that is down is answered for with 502 and a JSON-RPC error', async (t) => {
  const gate = await startBefore(t, new URL('http://127.0.0.1:1/mcp'));
  const response = await fetch(gate.url, { method: 'POST', body, headers });
  assert.equal(response.status, 502);
  assert.deepEqual(await response.json(), {
    jsonrpc: '2.0',
    error: { code: -32603, message: 'the server behind the gate gave no answer' },
    id: 1,
  });
});

test('a server that answers with no valid HTTP is answered for with 502', async (t) => {
  const answers = [
    '',
    'hello\r\n\r\n',
    'HTTP/1.1 099 No\r\nContent-Length: 0\r\n\r\n',
    'HTTP/1.1 101 Switching\r\nUpgrade: a\r\nConnection: upgrade\r\n\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n',
    'HTTP/1.1 200 OK\r\nX-A: a\u0000b\r\nContent-Length: 0\r\n\r\n',
  ];
  let next = 0;
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', () => socket.end(answers[next++] ?? '', 'latin1'));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as { port: number };
  const gate = await startBefore(t, new URL(`http://127.0.0.1:${port}/mcp`));
  for (const answer of answers) {
    const response = await fetch(gate.url, { method: 'POST', body, headers });
    assert.equal(response.status, 502, answer);
  }
  assert.equal(next, 6);
});

test('a server that breaks off in the middle breaks off the answer', async (t) => {
  const server = await startRecorder(t, (_request, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('{"json', () => response.destroy());
  });
  const gate = await startBefore(t, server.url);
  const response = await fetch(gate.url, { method: 'POST', body, headers });
  await assert.rejects(response.text());
  assert.equal((await fetch(new URL('/healthz', gate.url))).status, 200);
});

test('an endpoint of the server at another path is reached', async (t) => {
  const server = await startRecorder(t);
  const gate = await startGate({
    stages: [],
    upstream: new URL('/api/mcp', server.url),
    path: '/m',
  });
  t.after(() => gate.close());
  assert.equal(gate.url.pathname, '/m');
  assert.equal((await fetch(gate.url, { method: 'POST', body, headers })).status, 200);
  assert.equal(server.received[0]?.url, '/api/mcp');
});
