import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Stage } from '../patterns/gate/stage.ts';
import { startGate } from '../patterns/gate/start-gate.ts';
import {
  mcpHeaders,
  requestText,
  sendBytes,
  startRecorder,
  statusOf,
  toolCall,
} from './lib/gate-fixture.ts';

const call = toolCall('list_models', { tenant: 'acme' });
const json = ['Host: h', 'Content-Type: application/json'];

async function startOpenGate(t: TestContext, stages: Stage[] = []) {
  const server = await startRecorder(t);
  const gate = await startGate({ stages, upstream: server.url });
  t.after(() => gate.close());
  return { gate, received: server.received };
}

test('only the MCP endpoint itself is forwarded', async (t) => {
  const { gate, received } = await startOpenGate(t);
  const targets = [
    '/mcp/',
    '//mcp',
    '/mcp%2f',
    '/%6dcp',
    '/MCP',
    '/mcp;a=b',
    '/mcp/../mcp',
    '/./mcp',
    '/other',
    '/',
    '/mcp#a',
    '*',
    `${gate.url.origin}/mcp`,
    'http://other.example/mcp',
    '/.well-known/oauth-protected-resource/mcp',
    '/.well-known/../mcp',
    '/healthz/',
  ];
  for (const target of targets) {
    const answer = await sendBytes(
      gate.url,
      requestText([`POST ${target} HTTP/1.1`, ...json], call),
    );
    assert.equal(statusOf(answer), 404, target);
  }
  assert.equal(received.length, 0);
  const answer = await sendBytes(gate.url, requestText(['POST /mcp HTTP/1.1', ...json], call));
  assert.equal(statusOf(answer), 200);
  assert.equal(received.length, 1);
});

test('every method but POST is refused with 405 and is not forwarded', async (t) => {
  const { gate, received } = await startOpenGate(t);
  for (const method of ['GET', 'DELETE', 'PUT', 'PATCH', 'OPTIONS', 'HEAD', 'TRACE', 'QUERY']) {
    const answer = await sendBytes(
      gate.url,
      requestText([`${method} /mcp HTTP/1.1`, ...json], call),
    );
    assert.equal(statusOf(answer), 405, method);
    assert.match(answer, /^allow: POST\r$/im, method);
  }
  assert.equal(received.length, 0);
});

test('the health path answers without credentials and reaches no stage', async (t) => {
  const asked: string[] = [];
  const { gate, received } = await startOpenGate(t, [
    ({ target }) => {
      asked.push(target);
      return { status: 401 };
    },
  ]);
  const response = await fetch(new URL('/healthz', gate.url));
  assert.equal(response.status, 200);
  assert.equal(await response.text(), 'ok\n');
  assert.deepEqual(asked, []);
  assert.equal((await fetch(gate.url)).status, 401);
  assert.deepEqual(asked, ['/mcp']);
  assert.equal(received.length, 0);
});

test('a stage sees duplicate fields that Node would drop', async (t) => {
  const seen: (readonly (readonly [string, string])[])[] = [];
  const { gate } = await startOpenGate(t, [
    ({ headers }) => {
      seen.push(headers.filter(([name]) => name.toLowerCase() === 'authorization'));
      return { status: 401 };
    },
  ]);
  const lines = [
    'POST /mcp HTTP/1.1',
    ...json,
    'Authorization: Bearer a',
    'AUTHORIZATION: Bearer b',
  ];
  assert.equal(statusOf(await sendBytes(gate.url, requestText(lines, call))), 401);
  assert.deepEqual(seen, [
    [
      ['Authorization', 'Bearer a'],
      ['AUTHORIZATION', 'Bearer b'],
    ],
  ]);
});

test('a field that may occur once and occurs twice is refused with 400', async (t) => {
  const { gate, received } = await startOpenGate(t);
  const fields = [
    'Host: other',
    'Content-Type: application/json',
    'Mcp-Method: tools/call\r\nMcp-Method: tools/list',
    'Mcp-Name: list_models\r\nMcp-Name: delete_model',
    'MCP-Protocol-Version: 2026-07-28\r\nMCP-Protocol-Version: 2025-11-25',
  ];
  for (const field of fields) {
    const lines = ['POST /mcp HTTP/1.1', ...json, field];
    const answer = await sendBytes(gate.url, requestText(lines, call));
    assert.equal(statusOf(answer), 400, field);
    assert.match(answer, /occurs twice/, field);
  }
  assert.equal(received.length, 0);
});

test('a page of another site is refused with 403 and this machine is not', async (t) => {
  const { gate, received } = await startOpenGate(t);
  const answers: [string, number][] = [
    ['https://evil.example', 403],
    ['http://127.0.0.1.evil.example', 403],
    ['null', 403],
    ['http://localhost:6274', 200],
  ];
  for (const [origin, status] of answers) {
    const headers = { ...mcpHeaders('list_models'), origin };
    const response = await fetch(gate.url, { method: 'POST', headers, body: call });
    assert.equal(response.status, status, origin);
  }
  assert.equal(received.length, 1);
});

test('malformed HTTP is refused without a crash, a 500 or a call', async (t) => {
  const { gate, received } = await startOpenGate(t);
  const start = 'POST /mcp HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n';
  const chunk = `${Buffer.byteLength(call).toString(16)}\r\n${call}\r\n0\r\n\r\n`;
  const requests: Record<string, string> = {
    'length and chunks': `${start}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}`,
    'two lengths': `${start}Content-Length: 5\r\nContent-Length: 6\r\n\r\n{}`,
    'signed length': `${start}Content-Length: +5\r\n\r\n{}`,
    'unknown coding': `${start}Transfer-Encoding: gzip, chunked\r\n\r\n${chunk}`,
    'coding in disguise': `${start}Transfer-Encoding: xchunked\r\n\r\n${chunk}`,
    'space before colon': `${start}Authorization : Bearer a\r\nContent-Length: 2\r\n\r\n{}`,
    'folded field': `${start}X-A: a\r\n b\r\nContent-Length: 2\r\n\r\n{}`,
    'bare line feeds': start.replaceAll('\r\n', '\n') + 'Content-Length: 2\n\n{}',
    'no host': `POST /mcp HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}`,
    'NUL in a field': `${start}X-A: \u0000\r\nContent-Length: 2\r\n\r\n{}`,
    'no HTTP': 'hello\r\n\r\n',
    'HTTP/2 preface': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    'unknown method': 'BREW /mcp HTTP/1.1\r\nHost: h\r\n\r\n',
    'unknown expectation': `${start}Expect: tea\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}`,
    'field too long': `${start}X-A: ${'a'.repeat(20_000)}\r\nContent-Length: 2\r\n\r\n{}`,
    tunnel: 'CONNECT other.example:443 HTTP/1.1\r\nHost: other.example\r\n\r\n',
  };
  for (const [fault, text] of Object.entries(requests)) {
    const bytes = Buffer.from(text.replace(/\r\n\r\n/, '\r\nConnection: close\r\n\r\n'), 'latin1');
    const status = statusOf(await sendBytes(gate.url, bytes));
    assert.ok(status === 0 || (status >= 400 && status < 500), `${fault}: ${status}`);
  }
  assert.deepEqual(received, []);
  assert.equal((await fetch(new URL('/healthz', gate.url))).status, 200);
});

test('an expected 100 Continue and a chunked body are read like any other', async (t) => {
  const { gate, received } = await startOpenGate(t);
  const start = ['POST /mcp HTTP/1.1', ...json, 'Connection: close'];
  const half = Math.floor(call.length / 2);
  const chunks = [call.slice(0, half), call.slice(half), '']
    .map((part) => `${part.length.toString(16)}\r\n${part}\r\n`)
    .join('');
  const chunked = [...start, 'Transfer-Encoding: chunked', '', chunks].join('\r\n');
  assert.equal(statusOf(await sendBytes(gate.url, chunked)), 200);
  const expecting = requestText(['POST /mcp HTTP/1.1', ...json, 'Expect: 100-continue'], call);
  assert.match(
    await sendBytes(gate.url, expecting),
    /^HTTP\/1\.1 100 Continue[^]*HTTP\/1\.1 200 OK/,
  );
  assert.deepEqual(
    received.map(({ body }) => body),
    [call, call],
  );
});

test('a second request on the connection is judged by itself', async (t) => {
  let requests = 0;
  const { gate, received } = await startOpenGate(t, [
    () => (++requests === 1 ? undefined : { status: 401 }),
  ]);
  const one = `POST /mcp HTTP/1.1\r\n${json.join('\r\n')}\r\nContent-Length: ${call.length}\r\n\r\n${call}`;
  const two = requestText(['POST /mcp HTTP/1.1', ...json], call);
  const answer = await sendBytes(gate.url, Buffer.concat([Buffer.from(one), two]));
  assert.deepEqual(
    [...answer.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status),
    ['200', '401'],
  );
  assert.equal(received.length, 1);
});

test('a client that leaves in the middle of its body harms nobody', async (t) => {
  const { gate, received } = await startOpenGate(t);
  const socket = (await import('node:net')).connect(Number(gate.url.port), '127.0.0.1');
  socket.write(`POST /mcp HTTP/1.1\r\n${json.join('\r\n')}\r\nContent-Length: 500\r\n\r\n{"json`);
  await new Promise((resolve) => setTimeout(resolve, 50));
  socket.destroy();
  assert.equal((await fetch(new URL('/healthz', gate.url))).status, 200);
  assert.equal(received.length, 0);
});

test('a stage that fails ends the request with 500 and lets nothing pass', async (t) => {
  const { gate, received } = await startOpenGate(t, [
    () => {
      throw new Error('secret detail');
    },
  ]);
  const headers = mcpHeaders('list_models');
  const response = await fetch(gate.url, { method: 'POST', headers, body: call });
  assert.equal(response.status, 500);
  assert.doesNotMatch(await response.text(), /secret detail/);
  assert.equal(received.length, 0);
});
