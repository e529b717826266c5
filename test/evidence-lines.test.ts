import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseChallenge } from './corpus/answer.ts';
import { compareLines } from './corpus/compare-lines.ts';
import { fold, foldJson } from './corpus/fold.ts';
import { createMask } from './corpus/mask.ts';
import { isComplete, parseAnswer } from './corpus/raw-http.ts';
import { FromNow, tokenLines, type Token } from './corpus/token.ts';

const jwt = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJib2IifQ.c2lnbmF0dXJl';

test('a mask leaves no token, identifier, time or port', () => {
  const mask = createMask({ 'http://127.0.0.1:41001': 'https://id.example.com' });
  assert.equal(mask(`Bearer ${jwt}, x`), 'Bearer eyJ…, x');
  assert.equal(mask('eyJhbGciOiJub25lIn0.eyJzdWIiOiJib2IifQ.'), 'eyJ…');
  assert.equal(mask('session 1868a90c-5c2e-4d1a-9f0e-0123456789ab'), 'session id');
  assert.equal(mask('at 2026-11-23T09:00:00.123Z'), 'at time');
  assert.equal(mask('http://127.0.0.1:41001/auth'), 'https://id.example.com/auth');
  assert.equal(mask('http://127.0.0.1:52000/mcp'), 'http://127.0.0.1:port/mcp');
});

test('a token is shown by its header and claims, with times from now and no signature', () => {
  const token: Token = {
    issued: jwt,
    header: { alg: 'ES256', typ: 'at+jwt', kid: 'k' },
    claims: { iss: 'http://127.0.0.1:1', aud: ['a', 'b'], sub: 'bob', exp: new FromNow(-10) },
    key: 'unknown key',
    tampered: { sub: 'carol' },
  };
  assert.deepEqual(tokenLines(token, createMask()), [
    '  typ  at+jwt',
    '  alg  ES256, unknown key',
    '  iss  http://127.0.0.1:port',
    '  aud  a',
    '  aud  b',
    '  sub  carol, after signing',
    '  exp  10 s ago',
  ]);
});

test('a long line folds after a mark, with what follows indented', () => {
  assert.deepEqual(fold('short', 10), ['short']);
  assert.deepEqual(fold('aaaa, bbbb, cccc', 11), ['aaaa, bbbb,', '  cccc']);
  assert.deepEqual(fold('aaaaaaaaaaaa', 8), ['aaaaaaaa', '  aaaa']);
});

test('JSON opens one level where it does not fit, and stays JSON', () => {
  const lines = foldJson({ method: 'tools/call', params: { name: 'x', list: [1, 2] } }, 24);
  assert.deepEqual(lines, [
    '{',
    ' "method":"tools/call",',
    ' "params":{',
    '  "name":"x",',
    '  "list":[1,2]}}',
  ]);
  assert.deepEqual(JSON.parse(lines.join('')), {
    method: 'tools/call',
    params: { name: 'x', list: [1, 2] },
  });
});

test('the one line that differs is marked on both sides', () => {
  assert.deepEqual(compareLines(['a', 'x: 1', 'b'], ['a', 'x: 2', 'b']), {
    attack: [{ text: 'a' }, { text: 'x: 1', marked: true }, { text: 'b' }],
    twin: [{ text: 'a' }, { text: 'x: 2', marked: true }, { text: 'b' }],
  });
});

test('a line that one side lacks is named there', () => {
  const { attack } = compareLines(['a', 'b'], ['a', '  exp  in 300 s', 'b']);
  assert.deepEqual(attack, [{ text: 'a' }, { text: '  no exp', marked: true }, { text: 'b' }]);
  const { twin } = compareLines(['  aud  a', '  aud  b'], ['  aud  a']);
  assert.deepEqual(twin, [{ text: '  aud  a' }, { text: '  no second aud', marked: true }]);
});

test('a token that moved is one difference', () => {
  const attack = ['POST /mcp', 'Cookie: eyJ…', '  sub  bob', '', '{}'];
  const twin = ['POST /mcp', 'Authorization: eyJ…', '  sub  bob', '', '{}'];
  const marked = compareLines(attack, twin).twin.filter((line) => line.marked);
  assert.deepEqual(marked, [{ text: 'Authorization: eyJ…', marked: true }]);
});

test('two differences, none, and one too long for its pane are errors', () => {
  assert.throws(() => compareLines(['a', 'b'], ['c', 'd']), /more differs: a and b/);
  assert.throws(() => compareLines(['a'], ['a']), /attack and twin are the same/);
  assert.throws(() => compareLines(['x'.repeat(37)], ['y']), /longer than 36 characters: x/);
});

test('a challenge is read by its parameters, and anything else is kept', () => {
  assert.deepEqual(parseChallenge('Bearer error="invalid_token", scope="a b"'), {
    error: 'invalid_token',
    scope: 'a b',
  });
  assert.deepEqual(parseChallenge('Bearer'), {});
  assert.deepEqual(parseChallenge(''), {});
  assert.deepEqual(parseChallenge('Basic realm="x"'), { challenge: 'Basic realm="x"' });
});

test('an answer is read as sent: fields that occur twice, chunks, an empty body', () => {
  const answer = parseAnswer(
    Buffer.from(
      'HTTP/1.1 200 OK\r\nA: 1\r\na: 2\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n',
    ),
  );
  assert.deepEqual(answer, {
    status: 200,
    reason: 'OK',
    headers: [
      ['A', '1'],
      ['a', '2'],
      ['Transfer-Encoding', 'chunked'],
    ],
    body: 'abcde',
  });
  assert.throws(() => parseAnswer(Buffer.from('')), /no HTTP answer/);
});

test('an answer is complete when it has come as far as it says, and not before', () => {
  const whole = [
    'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
  ];
  for (const text of whole) {
    assert.ok(isComplete(Buffer.from(text)));
    for (let length = 0; length < text.lastIndexOf('c'); length += 1) {
      assert.ok(!isComplete(Buffer.from(text.slice(0, length))), text.slice(0, length));
    }
  }
  assert.ok(!isComplete(Buffer.from('HTTP/1.1 200 OK\r\n\r\nabc')), 'it ends with its connection');
  const cut = Buffer.from(whole[1]?.slice(0, -6) ?? '');
  assert.throws(() => parseAnswer(cut), /ended in the middle of a chunk/);
});
