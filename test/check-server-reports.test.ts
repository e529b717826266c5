import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import { startAuthorizationServer } from '../patterns/reference-server/authorization-server.ts';
import { attack, check, tokenCommand } from './lib/attack-command.ts';
import { startScripted, type Got, type Scripted } from './lib/scripted-server.ts';

const issuer = await startAuthorizationServer({ resources: ['https://mcp.example.com/mcp'] });
const token = await issuer.tokenFor('alice');
await issuer.close();
const command = tokenCommand(token);

/** A server that quotes the token wherever it can, with an escape sequence and some markup. */
function quoting({ authorization, target }: Got): Scripted | undefined {
  if (authorization === `Bearer ${token}` && target === '/mcp') return undefined;
  const seen = `${authorization} ${target}`.replaceAll('"', '');
  const [, , signature = ''] = token.split('.');
  const error = { code: -32001, message: `\u001b[31m| <b>${seen} ${signature}` };
  const status = target === '/mcp' ? 401 : 400;
  return { status, body: JSON.stringify({ jsonrpc: '2.0', id: null, error }) };
}

async function report(...format: string[]): Promise<string> {
  const { url } = await startScripted(quoting);
  const flags = ['--url', url.href, '--token-command', command, '--rate', '50'];
  const { code, stdout, stderr } = await check(...flags, ...format);
  assert.deepEqual([code, stderr], [0, '']);
  return stdout;
}

const secrets = token.split('.');

for (const format of [[], ['--json'], ['--sarif'], ['--markdown']]) {
  test(`no part of the token, and no escape sequence, is in the report ${format.join('')}`, async () => {
    const text = await report(...format);
    assert.ok(text.includes('(token)'), 'the server quoted it, and that was replaced');
    for (const secret of secrets) assert.ok(!text.includes(secret));
    assert.ok(!/[^\P{Cc}\n]/u.test(text), 'a control character');
    assert.ok(text.includes('no-token'));
  });
}

test('a server that quotes the token when the check begins is not quoted either', async () => {
  const { url } = await startScripted(({ authorization }) => ({
    status: 401,
    body: JSON.stringify({ error: { code: 1, message: `\u001b[2J${authorization}` } }),
  }));
  const { code, stdout, stderr } = await check('--url', url.href, '--token-command', command);
  assert.deepEqual([code, stdout], [1, '']);
  assert.equal(
    stderr,
    'the server refuses the token itself (401 [2JBearer (token)): have --token-command print one that is valid for it\n',
  );
});

test('the command prints the report, and ends with its exit code', async () => {
  const { url } = await startScripted();
  const flags = ['--url', url.href, '--token-command', command, '--attack', 'no-token'];
  const { code, stdout, stderr } = await attack(...flags);
  assert.deepEqual([code, stderr], [2, '']);
  assert.match(stdout, /\n0 refused, 1 passed, 0 not judged, 0 not sent; 6 requests\n/);
  assert.ok(secrets.every((secret) => !stdout.includes(secret)));
});

test('the text says what was asked, each verdict, and the counts', async () => {
  const lines = (await report()).split('\n');
  assert.match(lines[0] ?? '', /speaks MCP 2026-07-28\.$/);
  assert.equal(lines[1], 'Each attack changes one thing in a call of read.');
  assert.ok(lines.some((line) => /^refused, .* \(23\)$/.test(line)));
  assert.ok(lines.some((line) => /^not sent: .* \(\d+\)$/.test(line)));
  assert.match(
    lines.join('\n'),
    /\n23 refused, 0 passed, 0 not judged, \d+ not sent; 50 requests\n/,
  );
});

test('Markdown has a row for each judged attack, and reads nothing of the server as markup', async () => {
  const text = await report('--markdown', '--group', 'credentials');
  const rows = text.split('\n').filter((line) => line.startsWith('| '));
  assert.ok(rows.length >= 14);
  for (const row of rows) assert.equal(row.split(/(?<!\\)\|/).length, 6, row);
  assert.ok(!/(?<!\\)<b>/.test(text));
});

test('SARIF is valid, with a rule for each result', async () => {
  const log = JSON.parse(await report('--sarif')) as Sarif;
  const entry = createRequire(import.meta.url).resolve('@microsoft/jest-sarif');
  const file = join(dirname(entry), 'schemas', 'sarif-2.1.0-rtm.5.json');
  const { id, ...schema } = JSON.parse(readFileSync(file, 'utf8')) as { id: string };
  assert.match(id, /sarif-2\.1\.0/);
  const validate = new Ajv({
    strict: false,
    validateFormats: false,
    validateSchema: false,
    unicodeRegExp: false,
  }).compile(schema);
  assert.ok(validate(log), JSON.stringify(validate.errors));
  const invalid = structuredClone(log);
  Object.assign(invalid.runs[0] ?? {}, { results: [{ level: 'severe' }] });
  assert.ok(!validate(invalid), 'the schema refuses nothing');
  const [{ tool, results } = { tool: { driver: { rules: [] } }, results: [] }] = log.runs;
  assert.ok(results.length >= 60);
  for (const { ruleId, ruleIndex, kind, level } of results) {
    assert.equal(tool.driver.rules[ruleIndex]?.id, ruleId);
    assert.ok(kind === 'fail' || level === 'none', `${ruleId}: ${kind} ${level}`);
  }
  const kinds = new Set(results.map(({ kind }) => kind));
  assert.deepEqual([...kinds].sort(), ['notApplicable', 'pass']);
});

interface Sarif {
  runs: {
    tool: { driver: { rules: { id: string }[] } };
    results: { ruleId: string; ruleIndex: number; kind: string; level: string }[];
  }[];
}
