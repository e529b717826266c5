import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
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

test('a program ends with the process that started it, even when that is killed', async () => {
  const lines = [
    `import { start } from ${JSON.stringify(join(root, 'scripts/lib/children.ts'))};`,
    "const { pid } = start(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);",
    'console.log(pid);',
    'setInterval(() => {}, 1000);',
  ];
  const parent = spawn(process.execPath, [
    '--input-type=module-typescript',
    '-e',
    lines.join('\n'),
  ]);
  const [printed] = (await once(parent.stdout, 'data')) as [Buffer];
  const pid = Number(printed.toString());
  assert.ok(pid > 0);
  const isThere = () => existsSync(`/proc/${pid}/cmdline`);
  // the program itself runs only when what ties it to its parent has done so
  const isTied = () => readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith(process.execPath);
  for (const until = Date.now() + 10_000; !isTied() && Date.now() < until; await delay(20));
  parent.kill('SIGKILL');
  for (const until = Date.now() + 5_000; isThere() && Date.now() < until; await delay(20));
  const outlives = isThere();
  if (outlives) process.kill(pid, 'SIGKILL');
  assert.equal(outlives, false, 'it outlives its parent');
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
