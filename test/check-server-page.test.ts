import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../scripts/lib/paths.ts';
import { recordChecks } from './check/recorded.ts';

test('the page shows what a check of a server prints, bare and protected', async () => {
  const outputs = await recordChecks();
  assert.equal(outputs.size, 2);
  const page = readFileSync(join(root, 'site', 'check.md'), 'utf8');
  for (const [file, text] of outputs) {
    assert.ok(page.includes(`output=${file}\n`), `site/check.md does not show ${file}`);
    assert.equal(text, readFileSync(join(root, file), 'utf8'), `${file}: npm run record`);
  }
});
