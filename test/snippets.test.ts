import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from '../scripts/lib/children.ts';
import { relative, root } from '../scripts/lib/paths.ts';
import { listSnippets, maskOutput, outputFile, runSnippet } from '../scripts/lib/snippets.ts';

const snippets = listSnippets();

test('every recorded output belongs to a snippet that a page runs', () => {
  assert.ok(snippets.length >= 3);
  const recorded = globSync('patterns/*/*.out', { cwd: root }).sort();
  assert.deepEqual(recorded, snippets.map(outputFile));
});

for (const snippet of snippets) {
  test(`${snippet} prints what is recorded`, async () => {
    const recorded = readFileSync(join(root, outputFile(snippet)), 'utf8');
    assert.equal(await runSnippet(snippet), recorded);
    assert.ok(recorded.split('\n').every((line) => line.length <= 80));
  });
}

test('only ports, tokens and what a grant makes up are masked', () => {
  const token = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2ln';
  const output = [
    'http://127.0.0.1:40001/mcp and http://127.0.0.1:40002 and http://127.0.0.1:40001',
    `Bearer ${token} 200 2026-07-28`,
    'code=a-b_c state=1 code_challenge=Z code_challenge_method=S256 code: -32020',
    'https://127.0.0.1.example.com:443/ mcp.example.com:40001',
  ].join('\n');
  assert.equal(
    maskOutput(output),
    [
      'http://127.0.0.1:port1/mcp and http://127.0.0.1:port2 and http://127.0.0.1:port1',
      'Bearer eyJ… 200 2026-07-28',
      'code=… state=… code_challenge=… code_challenge_method=S256 code: -32020',
      'https://127.0.0.1.example.com:443/ mcp.example.com:40001',
    ].join('\n'),
  );
});

test('a region that a page may include fits it: 30 lines of 80 columns', () => {
  const wide: string[] = [];
  let regions = 0;
  for (const path of globSync(join(root, 'patterns', '*', '*.ts'))) {
    let length: number | undefined;
    for (const [index, line] of readFileSync(path, 'utf8').split('\n').entries()) {
      if (/^\s*\/\/ #region \S+$/.test(line)) [length, regions] = [0, regions + 1];
      else if (/^\s*\/\/ #endregion$/.test(line)) length = undefined;
      else if (length !== undefined && (++length > 30 || line.length > 80)) {
        wide.push(`${relative(path)}:${index + 1}`);
      }
    }
    assert.equal(length, undefined, `${relative(path)}: a region does not end`);
  }
  assert.deepEqual(wide, []);
  assert.ok(regions >= 10);
});

test('a path that is no snippet is one line that names them all', async () => {
  const all = snippets.join(' ');
  const lines: [args: string[], line: string][] = [
    [[], `name one snippet; there are: ${all}\n`],
    [['patterns/none.ts'], `no snippet "patterns/none.ts"; there are: ${all}\n`],
    [['scripts/serve.ts'], `no snippet "scripts/serve.ts"; there are: ${all}\n`],
  ];
  for (const [args, line] of lines) {
    const script = join(root, 'scripts', 'snippet.ts');
    const { code, stdout, stderr } = await run(process.execPath, [script, ...args]);
    assert.deepEqual([code, stdout, stderr], [1, '', line]);
  }
});
