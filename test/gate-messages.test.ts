import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { startGate } from '../patterns/gate/start-gate.ts';
import { mcpHeaders, startRecorder, toolCall } from './lib/gate-fixture.ts';

async function startOpenGate(t: TestContext) {
  const server = await startRecorder(t);
  const gate = await startGate({ stages: [], upstream: server.url });
  t.after(() => gate.close());
  const post = async (
    body: string | Uint8Array<ArrayBuffer>,
    headers: Record<string, string> = {},
  ) => {
    const response = await fetch(gate.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
    const text = await response.text();
    return { status: response.status, text, code: /"code":(-\d+)/.exec(text)?.[1] };
  };
  return { post, received: server.received };
}

const bytes = (...parts: (string | number[])[]): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(parts.flatMap((part) => [...Buffer.from(part as string)]));

test('one strict JSON-RPC message is forwarded byte for byte', async (t) => {
  const { post, received } = await startOpenGate(t);
  const messages = [
    '{"jsonrpc":"2.0","id":1,"method":"tools/list"}',
    ' {\n"method" : "tools/call","params":{"name":"a","arguments":{"b":[1.50,"\\u00e9",null]}},"id":"x","jsonrpc":"2.0"}\n',
    '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}',
    `{"jsonrpc":"2.0","id":1,"method":"é${'😀'.repeat(9)}"}`,
  ];
  for (const message of messages) assert.equal((await post(message)).status, 200, message);
  assert.deepEqual(
    received.map(({ body }) => body),
    messages,
  );
});

test('a body that two parsers may read differently is refused with 400', async (t) => {
  const { post, received } = await startOpenGate(t);
  const start = '{"jsonrpc":"2.0","id":1,';
  const parse = '-32700';
  const invalid = '-32600';
  const bodies: [fault: string, body: string | Uint8Array<ArrayBuffer>, code: string][] = [
    ['no body', '', parse],
    ['two values', `${start}"method":"a"}${start}"method":"b"}`, parse],
    ['trailing data', `${start}"method":"a"} x`, parse],
    ['a trailing comma', `${start}"method":"a",}`, parse],
    ['a comment', `${start}/* b */"method":"a"}`, parse],
    ['NaN', `${start}"method":"a","params":{"b":NaN}}`, parse],
    ['a byte order mark', `\ufeff${start}"method":"a"}`, parse],
    ['UTF-16', new Uint8Array(Buffer.from(`${start}"method":"a"}`, 'utf16le')), parse],
    ['bytes that are not UTF-8', bytes(`${start}"method":"a`, [0xc3, 0x28], '"}'), parse],
    ['an overlong encoding', bytes(`${start}"method":"`, [0xc1, 0xa1], '"}'), parse],
    ['a bare control character', `${start}"method":"a\u0001"}`, parse],
    ['an opened string', `${start}"method":"a`, parse],
    ['a batch', `[${start}"method":"a"}]`, invalid],
    ['an empty batch', '[]', invalid],
    ['a string', '"a"', invalid],
    ['null', 'null', invalid],
    ['another version', '{"jsonrpc":"1.0","id":1,"method":"a"}', invalid],
    ['no version', '{"id":1,"method":"a"}', invalid],
    ['no method', '{"jsonrpc":"2.0","id":1}', invalid],
    ['a method that is no string', `${start}"method":["a"]}`, invalid],
    ['an id that is null', '{"jsonrpc":"2.0","id":null,"method":"a"}', invalid],
    ['an id that is an object', '{"jsonrpc":"2.0","id":{},"method":"a"}', invalid],
    ['an id with a fraction', '{"jsonrpc":"2.0","id":1.5,"method":"a"}', invalid],
    ['params in an array', `${start}"method":"a","params":[1]}`, invalid],
    ['a response', `${start}"result":{}}`, invalid],
    ['a request and a response in one', `${start}"method":"a","result":{}}`, invalid],
    ['a member in another case', `${start}"Method":"a"}`, invalid],
    ['a key twice', `${start}"method":"a","method":"b"}`, invalid],
    ['a key twice, escaped', `${start}"method":"a","\\u006dethod":"b"}`, invalid],
    [
      'a key twice, in another case',
      `${start}"method":"a","params":{"name":"a","Name":"b"}}`,
      invalid,
    ],
    ['a key twice, in a folded letter', `${start}"method":"a","params":{"ſ":1,"s":2}}`, invalid],
    ['a key twice, deep', `${start}"method":"a","params":{"b":[{"c":{"d":1,"d":2}}]}}`, invalid],
    [
      'a key twice, __proto__',
      `${start}"method":"a","params":{"__proto__":1,"__proto__":2}}`,
      invalid,
    ],
  ];
  for (const [fault, body, code] of bodies) {
    const answer = await post(body);
    assert.deepEqual([answer.status, answer.code], [400, code], `${fault}: ${answer.text}`);
  }
  assert.equal(bodies.length, 33);
  assert.deepEqual(received, []);
});

test('a refusal has the id of its request, or none where no request was read', async (t) => {
  const { post } = await startOpenGate(t);
  const contradicted = await post('{"jsonrpc":"2.0","id":"x","method":"a"}', { 'mcp-method': 'b' });
  assert.equal((JSON.parse(contradicted.text) as { id?: unknown }).id, 'x');
  const unreadable = await post('{"jsonrpc":"2.0","id":"x","method":');
  assert.deepEqual(Object.keys(JSON.parse(unreadable.text) as object), ['jsonrpc', 'error']);
});

test('a body that would exhaust the reader is refused', async (t) => {
  const { post, received } = await startOpenGate(t);
  const deep = (depth: number) =>
    `{"jsonrpc":"2.0","id":1,"method":"a","params":{"b":${'['.repeat(depth)}${']'.repeat(depth)}}}`;
  assert.equal((await post(deep(62))).status, 200);
  assert.equal((await post(deep(63))).status, 400);
  assert.equal((await post(deep(500_000))).status, 400);
  assert.equal((await post('['.repeat(4_000_000))).status, 400);
  assert.equal((await post(`{"a":`.repeat(500_000))).status, 400);
  assert.equal((await post(`"${'\\'.repeat(4_000_000)}`)).status, 400);
  assert.equal((await post(`"${'\\"'.repeat(2_000_000)}`)).status, 400);
  const values = (count: number, value: string) =>
    `{"jsonrpc":"2.0","id":1,"method":"a","params":{"b":[${Array(count).fill(value).join()}]}}`;
  assert.equal((await post(values(40_000, '1'))).status, 200);
  assert.equal((await post(values(130_001, '1'))).status, 400);
  assert.equal((await post(values(260_000, '[0]'))).status, 400);
  for (const unseparated of ['{}'.repeat(60_000), '""'.repeat(110_000)]) {
    const { status, text } = await post(unseparated);
    assert.equal(status, 400);
    assert.match(text, /too many values/);
  }
  assert.equal(received.length, 2);
});

test('a body of 4 MiB is read and one byte more is refused with 413', async (t) => {
  const { post, received } = await startOpenGate(t);
  const start = '{"jsonrpc":"2.0","id":1,"method":"';
  const filled = (size: number) => `${start}${'a'.repeat(size - start.length - 2)}"}`;
  assert.equal((await post(filled(4_194_304))).status, 200);
  assert.equal((await post(filled(4_194_305))).status, 413);
  assert.equal(received.length, 1);
});

test('only application/json in UTF-8 without a content coding is read', async (t) => {
  const { post, received } = await startOpenGate(t);
  const message = toolCall('a');
  const answers: [fault: Record<string, string>, status: number][] = [
    [{ 'content-type': 'application/json' }, 200],
    [{ 'content-type': 'Application/JSON; charset=UTF-8' }, 200],
    [{ 'content-type': 'application/json;charset="utf-8"' }, 200],
    [{ 'content-type': 'text/plain' }, 415],
    [{ 'content-type': 'application/x-www-form-urlencoded' }, 415],
    [{ 'content-type': 'application/json; charset=utf-7' }, 415],
    [{ 'content-type': 'application/json, text/plain' }, 415],
    [{ 'content-type': 'application/jsonx' }, 415],
    [{ 'content-encoding': 'gzip' }, 415],
    [{ 'content-encoding': 'identity' }, 415],
  ];
  for (const [headers, status] of answers) {
    assert.equal((await post(message, headers)).status, status, JSON.stringify(headers));
  }
  assert.equal(received.length, 3);
});

test('a header that contradicts the body is refused with -32020', async (t) => {
  const { post, received } = await startOpenGate(t);
  const right = mcpHeaders('list_models');
  const message = toolCall('list_models');
  const differing: Record<string, string>[] = [
    { 'mcp-name': 'delete_model' },
    { 'mcp-name': 'List_models' },
    { 'mcp-name': `=?base64?${Buffer.from('delete_model').toString('base64')}?=` },
    { 'mcp-method': 'tools/list' },
    { 'mcp-protocol-version': '2025-11-25' },
  ];
  for (const headers of differing) {
    const { status, code, text } = await post(message, { ...right, ...headers });
    assert.deepEqual([status, code], [400, '-32020'], JSON.stringify(headers));
    assert.match(text, /"id":1\}/);
  }
  assert.equal(received.length, 0);
  const encoded = `=?base64?${Buffer.from('list_models').toString('base64')}?=`;
  assert.equal((await post(message, right)).status, 200);
  assert.equal((await post(message, { ...right, 'mcp-name': encoded })).status, 200);
  assert.equal((await post(message)).status, 200);
});

test('a name in the header that some read and others refuse is refused', async (t) => {
  const { post, received } = await startOpenGate(t);
  const encode = (bytes: Buffer) => `=?base64?${bytes.toString('base64')}?=`;
  const literal = encode(Buffer.from('list_models'));
  const names: [body: string, header: string][] = [
    [literal, literal],
    ['\ufffd', encode(Buffer.from([0xff]))],
    ['list_models', encode(Buffer.from('\ufefflist_models'))],
    ['Ã©', 'Ã©'],
  ];
  for (const [name, header] of names) {
    const { status, code } = await post(toolCall(name), {
      ...mcpHeaders('list_models'),
      'mcp-name': header,
    });
    assert.deepEqual([status, code], [400, '-32020'], header);
  }
  assert.equal(received.length, 0);
  const right = { ...mcpHeaders('list_models'), 'mcp-name': encode(Buffer.from('é')) };
  assert.equal((await post(toolCall('é'), right)).status, 200);
});

test('a message of 2025-11-25 passes without the headers of 2026-07-28', async (t) => {
  const { post, received } = await startOpenGate(t);
  const message = '{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{}}';
  const headers = { 'mcp-protocol-version': '2025-11-25', 'mcp-session-id': 'a' };
  assert.equal((await post(message, headers)).status, 200);
  assert.deepEqual(
    received[0]?.headers.filter(([name]) => name.startsWith('mcp-')),
    [
      ['mcp-protocol-version', '2025-11-25'],
      ['mcp-session-id', 'a'],
    ],
  );
});
