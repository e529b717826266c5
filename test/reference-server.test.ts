import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Journal } from '../patterns/reference-server/journal.ts';
import { startReferenceServer } from '../patterns/reference-server/reference-server.ts';
import { run } from '../scripts/lib/children.ts';
import { root } from '../scripts/lib/paths.ts';
import { mcpHeaders, requestText, sendBytes, statusOf, toolCall } from './lib/gate-fixture.ts';

async function startServer(t: TestContext, options?: Parameters<typeof startReferenceServer>[0]) {
  const server = await startReferenceServer(options);
  t.after(() => server.close());
  return server;
}

async function connect(t: TestContext, url: URL, version?: string): Promise<Client> {
  const client = new Client(
    { name: 'test', version: '1.0.0' },
    version === undefined ? {} : { versionNegotiation: { mode: { pin: version } } },
  );
  await client.connect(new StreamableHTTPClientTransport(url));
  t.after(() => client.close());
  return client;
}

const calls: [tool: string, values: Record<string, string>, answer: string][] = [
  [
    'list_models',
    { tenant: 'acme' },
    'acme/churn 4.2.0 production low risk\nacme/credit-score 2.0.1 production high risk',
  ],
  [
    'get_model_card',
    { model: 'globex/demand' },
    '# globex/demand 1.3.0\n\nForecasts demand per warehouse.\n\n- stage: production\n- risk: low\n',
  ],
  [
    'read_inference_log',
    { model: 'acme/churn', since: '2026-07-28T00:00:00Z' },
    '2026-07-28T00:00:00Z churn: applicant 17, declined',
  ],
  [
    'deploy_model',
    { model: 'acme/churn', version: '4.3.0', environment: 'staging' },
    'churn 4.3.0 is on staging',
  ],
  [
    'rollback_model',
    { model: 'acme/churn', environment: 'production' },
    'churn is rolled back on production',
  ],
  ['delete_model', { model: 'acme/churn' }, 'churn is deleted'],
];

test('the server speaks 2026-07-28 and journals every tool it executes', async (t) => {
  const { url, journal } = await startServer(t);
  const client = await connect(t, url, '2026-07-28');
  const { tools } = await client.listTools();
  assert.deepEqual(
    tools.map(({ name }) => name),
    calls.map(([tool]) => tool),
  );
  for (const [name, values, answer] of calls) {
    const { content } = await client.callTool({ name, arguments: values });
    assert.deepEqual(content, [{ type: 'text', text: answer }]);
  }
  assert.deepEqual(
    journal.calls,
    calls.map(([tool, values]) => ({ tool, arguments: values })),
  );
  const card = await client.readResource({ uri: 'model://acme/churn/card' });
  assert.match(JSON.stringify(card.contents), /# acme\/churn 4\.2\.0/);
});

test('arguments outside the schema execute nothing', async (t) => {
  const { url, journal } = await startServer(t);
  const client = await connect(t, url, '2026-07-28');
  const wrong: [string, Record<string, unknown>][] = [
    ['list_models', {}],
    ['list_models', { tenant: 'acme', also: 'globex' }],
    ['list_models', { tenant: '../globex' }],
    ['get_model_card', { model: 'churn' }],
    ['get_model_card', { model: 'acme/none' }],
    ['read_inference_log', { model: 'acme/churn', since: 'yesterday' }],
    ['deploy_model', { model: 'acme/churn', version: 'latest', environment: 'staging' }],
    ['rollback_model', { model: 'acme/churn', environment: 'test' }],
    ['delete_model', { model: ['acme/churn'] }],
  ];
  for (const [name, values] of wrong) {
    const { isError } = await client.callTool({ name, arguments: values });
    assert.equal(isError, true, JSON.stringify(values));
  }
  assert.deepEqual(journal.calls, []);
});

test('a client of 2025-11-25 is refused, and served with legacy', async (t) => {
  const modern = await startServer(t);
  await assert.rejects(connect(t, modern.url), /Unsupported protocol version/);
  const legacy = await startServer(t, { legacy: true });
  for (const version of [undefined, '2026-07-28']) {
    const client = await connect(t, legacy.url, version);
    const { content } = await client.callTool({
      name: 'delete_model',
      arguments: { model: 'acme/churn' },
    });
    assert.deepEqual(content, [{ type: 'text', text: 'churn is deleted' }]);
  }
  assert.equal(legacy.journal.calls.length, 2);
});

test('a page of another site and another host name are refused with 403', async (t) => {
  const { url, journal } = await startServer(t);
  const lines = Object.entries(mcpHeaders('list_models')).map(
    ([name, value]) => `${name}: ${value}`,
  );
  const body = toolCall('list_models', { tenant: 'acme' });
  const send = async (...fields: string[]) =>
    statusOf(await sendBytes(url, requestText(['POST /mcp HTTP/1.1', ...lines, ...fields], body)));
  assert.equal(await send('Host: rebound.example'), 403);
  assert.equal(await send('Host: 127.0.0.1', 'Origin: https://evil.example'), 403);
  assert.equal(journal.calls.length, 0);
  assert.equal(await send('Host: 127.0.0.1'), 200);
  assert.equal(journal.calls.length, 1);
});

test('other targets are answered with 404 and crash nothing', async (t) => {
  const { url } = await startServer(t);
  for (const target of ['/', '//', '/other', '*', 'http://a/mcp']) {
    const answer = await sendBytes(
      url,
      requestText([`POST ${target} HTTP/1.1`, 'Host: 127.0.0.1']),
    );
    assert.equal(statusOf(answer), 404, target);
  }
  assert.equal((await fetch(new URL('/healthz', url))).status, 200);
});

test('the journal of a running server is a line of JSON per call', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'journal-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'journal.jsonl');
  const journal = new Journal(file);
  assert.ok(existsSync(file));
  journal.append({ tool: 'delete_model', arguments: { model: 'acme/churn' } });
  journal.clear();
  assert.deepEqual(journal.calls, []);
  assert.equal(
    readFileSync(file, 'utf8'),
    '{"tool":"delete_model","arguments":{"model":"acme/churn"}}\n',
  );
});

test('a wrong flag of the server is one line and exit code 1', async (t) => {
  const { port } = (await startServer(t)).url;
  const lines: [args: string[], line: string][] = [
    [['--prot', '1'], "Unknown option '--prot' (--help lists what there is)\n"],
    [['--port', 'http'], '--port http is not a port (--help lists what there is)\n'],
    [['--port', port], `--port ${port} is in use: choose another\n`],
    [['--journal', '/nowhere/a'], '--journal /nowhere/a cannot be written (ENOENT)\n'],
  ];
  const main = join(root, 'patterns', 'reference-server', 'main.ts');
  for (const [args, line] of lines) {
    const { code, stdout, stderr } = await run(process.execPath, [main, ...args]);
    assert.deepEqual([code, stdout, stderr], [1, '', line]);
  }
});
