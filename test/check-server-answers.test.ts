import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Report } from './check/report.ts';
import { check as checkWith, tokenCommand } from './lib/attack-command.ts';
import { reads, startScripted, writes, type Got, type Scripted } from './lib/scripted-server.ts';

const token = 'a-valid-token-of-24-chars';
const command = tokenCommand(token);
const flags = ['--token-command', command, '--rate', '50'];

const challenge = 'Bearer resource_metadata="https://mcp.example.com/.well-known/x"';
const unauthorized: Scripted = { status: 401, headers: { 'www-authenticate': challenge } };

async function check(
  script: (got: Got) => Scripted | undefined,
  ...more: string[]
): Promise<{ code: number; report: Report }> {
  const { url } = await startScripted(script);
  const { code, stdout, stderr } = await checkWith('--url', url.href, ...flags, '--json', ...more);
  assert.equal(stderr, '');
  return { code, report: JSON.parse(stdout) as Report };
}

const isCall = ({ method }: Got): boolean => method === 'tools/call';
const isValid = ({ authorization, target }: Got): boolean =>
  authorization === `Bearer ${token}` && target === '/mcp';

test('a server that executes everything is told so with exit 2', async () => {
  const { code, report } = await check(() => undefined, '--group', 'credentials');
  assert.equal(code, 2);
  assert.equal(report.counts.refused, 0);
  assert.ok(report.counts.passed >= 12);
  const [first] = report.findings;
  assert.deepEqual([first?.attack, first?.verdict, first?.why], ['no-token', 'passed', 'executed']);
  assert.deepEqual(first?.mends, ['patterns/ingress-gateway', 'patterns/token-authentication']);
});

test('a server that refuses every fault passes with exit 0', async () => {
  const { code, report } = await check(
    (got) => (isValid(got) ? undefined : unauthorized),
    ...['--attack', 'no-token'],
  );
  assert.deepEqual([code, report.counts.refused, report.counts.passed], [0, 1, 0]);
});

test('a refusal counts for nothing when the call without the fault is refused as well', async () => {
  let calls = 0;
  const { code, report } = await check(
    (got) => (isCall(got) && (calls += 1) > 1 ? unauthorized : undefined),
    ...['--attack', 'no-token'],
  );
  assert.equal(code, 3);
  assert.deepEqual(
    report.findings.map(({ verdict, why }) => [verdict, why]),
    [['unclear', '401 Unauthorized; then its twin: 401 Unauthorized']],
  );
});

const unclear: [about: string, answer: Scripted, why: string][] = [
  ['400, where 401 is asked for', { status: 400 }, '400 Bad Request'],
  ['404', { status: 404 }, '404 Not Found'],
  ['429', { status: 429 }, '429 Too Many Requests'],
  ['500', { status: 500 }, '500 Internal Server Error'],
  ['a redirect', { status: 302, headers: { location: '/login' } }, '302 Found'],
  [
    'a JSON-RPC error with 200',
    { status: 200, body: '{"jsonrpc":"2.0","id":1,"error":{"code":-32001,"message":"no"}}' },
    '200 no',
  ],
  [
    'an error of the tool',
    { status: 200, body: '{"jsonrpc":"2.0","id":1,"result":{"isError":true,"content":[]}}' },
    '200 with an error of the tool',
  ],
  ['a page', { status: 200, body: '<html>' }, '200 OK'],
];

for (const [about, answer, why] of unclear) {
  test(`${about} is neither a refusal nor a success`, async () => {
    const { code, report } = await check(
      (got) => (isValid(got) ? undefined : answer),
      ...['--attack', 'no-token'],
    );
    assert.equal(code, 3);
    assert.deepEqual(
      report.findings.map((row) => [row.verdict, row.why]),
      [['unclear', why]],
    );
  });
}

test('what a refusal leaves to wish for is said', async () => {
  const remarks: [Scripted, string | undefined][] = [
    [unauthorized, undefined],
    [{ status: 403 }, 'refused with 403, where 401 is asked for'],
    [{ status: 401 }, 'without WWW-Authenticate: a client learns nothing from it'],
    [
      { status: 401, headers: { 'www-authenticate': 'Bearer realm="x"' } },
      'the challenge names no resource_metadata: a client cannot find out where tokens are',
    ],
  ];
  for (const [answer, remark] of remarks) {
    const { report } = await check(
      (got) => (isValid(got) ? undefined : answer),
      ...['--attack', 'no-token'],
    );
    assert.deepEqual(
      report.findings.map((row) => [row.verdict, row.remark]),
      [['refused', remark]],
    );
  }
});

test('a token that is no JWT is sent, and attacks that change it are not', async () => {
  const { report } = await check((got) => (isValid(got) ? undefined : unauthorized));
  assert.ok(report.counts.refused >= 15);
  const forged = report.findings.find((row) => row.attack === 'algorithm-none');
  assert.equal(forged?.verdict, 'not-sent');
  assert.match(forged?.why ?? '', /this one is no JWT/);
});

test('only the chosen tool is called, one call after the other, not faster than agreed', async () => {
  const { url, got } = await startScripted(undefined, [writes, reads]);
  const { code } = await checkWith('--url', url.href, '--token-command', command, '--rate', '20');
  assert.equal(code, 2);
  const calls = got.filter(isCall);
  assert.ok(calls.length >= 30);
  assert.deepEqual([...new Set(calls.map(({ tool }) => tool))], ['read']);
  assert.deepEqual([...new Set(got.map(({ method }) => method))].sort(), [
    'resources/list',
    'tools/call',
    'tools/list',
  ]);
  const between = got.slice(1).map(({ at }, index) => at - (got[index]?.at ?? 0));
  const seconds = ((got.at(-1)?.at ?? 0) - (got[0]?.at ?? 0)) / 1000;
  assert.ok(got.length / seconds <= 21, `${got.length} requests in ${seconds} s`);
  // one that arrives late is nearer to the next one
  const median = between.toSorted((a, b) => a - b)[Math.floor(between.length / 2)] ?? 0;
  assert.ok(median >= 45, `requests ${median} ms apart`);
});
