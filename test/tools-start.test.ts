import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from '../scripts/lib/children.ts';
import { describe } from '../scripts/lib/main.ts';
import { root } from '../scripts/lib/paths.ts';

test('a port in use is said before anything is set up, with the line that takes another', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'start-'));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'scripts'));
  cpSync(join(root, 'scripts/bootstrap.mjs'), join(folder, 'scripts/bootstrap.mjs'));
  writeFileSync(join(folder, 'scripts/start.ts'), '');
  writeFileSync(join(folder, 'package-lock.json'), '{}');
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  t.after(() => taken.close());
  const { port } = taken.address() as AddressInfo;
  const args = [join(folder, 'scripts/bootstrap.mjs'), 'start', '--port', String(port)];
  const { code, stdout, stderr } = await run(process.execPath, args);
  assert.deepEqual(
    [code, stdout, stderr],
    [1, '', `port ${port} is in use: npm start -- --port 8000\n`],
  );
});

test('a file of the project that is not there is named in one line', () => {
  const missing = (path: string) => {
    try {
      return readFileSync(path, 'utf8');
    } catch (error) {
      return describe(error);
    }
  };
  assert.equal(missing(join(root, 'whitepaper/none.yaml')), 'whitepaper/none.yaml: no such file');
  assert.equal(missing('/none.yaml'), '/none.yaml: no such file');
});
