import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attack, check, tokenCommand } from './lib/attack-command.ts';
import {
  needsArguments,
  reads,
  saysNothing,
  startScripted,
  writes,
} from './lib/scripted-server.ts';

const command = tokenCommand('a-valid-token');
const open = (await startScripted(undefined, [reads, writes, saysNothing])).url.href;
const arguable = (await startScripted(undefined, [needsArguments, writes])).url.href;
const silent = (await startScripted(undefined, [saysNothing])).url.href;
const empty = (await startScripted(undefined, [])).url.href;
const elsewhere = (await startScripted(() => ({ status: 404, body: 'no' }))).url.href;
const local = 'http://127.0.0.1:9/mcp';
const withToken = ['--token-command', command];

/** Said by the command before the check begins. */
const ofCommand: [args: string[], line: string][] = [
  [
    ['--url', local, '--plane', 'typescript'],
    '--url takes neither --plane nor --verbose: it is a plane of your own',
  ],
  [['--tool', 'read'], '--tool belongs to a server: add --url URL'],
  [['--url', local], '--token-command is missing: a shell command that prints an access token'],
];

for (const [args, line] of ofCommand) {
  test(`the command is answered: ${line}`, async () => {
    const { code, stdout, stderr } = await attack(...args);
    assert.deepEqual({ code, stdout, stderr }, { code: 1, stdout: '', stderr: `${line}\n` });
  });
}

const mistakes: [args: string[], line: string][] = [
  [['--url', 'mcp'], '--url "mcp" is no URL: write http://127.0.0.1:PORT/mcp'],
  [['--url', 'ftp://127.0.0.1/mcp'], '--url ftp:// is neither http nor https'],
  [
    ['--url', 'http://user:word@127.0.0.1/mcp'],
    '--url has a user, a query or a fragment: name the endpoint alone',
  ],
  [
    ['--url', 'https://mcp.example.com/mcp'],
    '--url mcp.example.com is not this machine: add --i-own-this if the server is yours to test',
  ],
  [
    ['--url', 'https://127.0.0.1.example.com/mcp'],
    '--url 127.0.0.1.example.com is not this machine: add --i-own-this if the server is yours to test',
  ],
  [
    ['--url', 'http://mcp.example.com/mcp', '--i-own-this'],
    '--url mcp.example.com has no TLS, and a token would go there in the clear: use https, or forward a port to this machine',
  ],
  [['--url', local], '--token-command is missing: a shell command that prints an access token'],
  [
    ['--url', local, '--token-command', 'echo s3cret >&2; exit 4'],
    '--token-command ended with 4: run it by itself to see why',
  ],
  [
    ['--url', local, '--token-command', 'echo "my s3cret"'],
    '--token-command printed 9 characters that are no bearer token: have it print the token alone',
  ],
  [
    ['--url', local, ...withToken],
    `no answer from ${local} (ECONNREFUSED): start the server, or mend --url`,
  ],
  [['--url', local, '--rate', '99'], '--rate "99" is not a number from 1 to 50'],
  [['--url', local, '--arguments', '{}'], '--arguments belongs to a tool: add --tool NAME'],
  [
    ['--url', local, '--tool', 'read', '--arguments', '[1]'],
    `--arguments [1] is no JSON object: write '{"name":"value"}'`,
  ],
  [['--url', local, '--json', '--sarif'], 'choose one of --json, --sarif and --markdown'],
  [
    ['--url', local, '--group', 'client-discovery'],
    '--url is of a server, and these are attacks on a client',
  ],
  [
    ['--url', open, ...withToken, '--tool', 'write'],
    '--tool "write" says that it does more than read: name one that only reads',
  ],
  [
    ['--url', open, ...withToken, '--tool', 'raed'],
    '--tool "raed": the server lists read, write, silent',
  ],
  [
    ['--url', arguable, ...withToken],
    'every tool that says that it only reads needs arguments: name one that does, with --tool NAME --arguments JSON, of search',
  ],
  [
    ['--url', silent, ...withToken],
    'no tool says that it only reads (annotation readOnlyHint): name one that does, with --tool NAME --arguments JSON, of silent',
  ],
  [['--url', empty, ...withToken], 'the server lists no tool: there is nothing to call'],
  [
    ['--url', elsewhere, ...withToken],
    `${elsewhere} speaks neither MCP 2026-07-28 (404 Not Found) nor 2025-11-25 (404 Not Found): name the MCP endpoint`,
  ],
];

for (const [args, line] of mistakes) {
  test(`${line.replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:port')}`, async () => {
    const { code, stdout, stderr } = await check(...args);
    assert.deepEqual({ code, stdout, stderr }, { code: 1, stdout: '', stderr: `${line}\n` });
  });
}

test('a tool that says nothing of itself is called when the reader names it, on their word', async () => {
  const args = ['--tool', 'silent', '--attack', 'no-token'];
  const { code, stdout } = await check('--url', silent, ...withToken, ...args);
  assert.equal(code, 2);
  assert.match(stdout, /^That silent only reads is your word: it does not say so\.$/m);
});

test('an older revision is spoken where the server knows no other, and that is said', async () => {
  const { url } = await startScripted(({ method }, { headers }) => {
    if (headers['mcp-protocol-version'] === '2026-07-28') return { status: 400 };
    if (method !== 'initialize') return undefined;
    const result = { protocolVersion: '2025-06-18', capabilities: {} };
    return { status: 200, body: JSON.stringify({ jsonrpc: '2.0', id: 0, result }) };
  });
  const { code, stdout } = await check('--url', url.href, ...withToken, '--attack', 'no-token');
  assert.equal(code, 2);
  assert.match(stdout, /speaks MCP 2025-06-18, without sessions\./);
  assert.match(stdout, /^It does not answer MCP 2026-07-28, so the handshake/m);
});
