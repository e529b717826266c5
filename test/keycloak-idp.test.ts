import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { listen } from '../patterns/gate/listen.ts';
import { run } from '../scripts/lib/children.ts';
import { root } from '../scripts/lib/paths.ts';
import { keycloak } from '../scripts/tools/keycloak.ts';

await keycloak();
const place = mkdtempSync(join(tmpdir(), 'keycloak-idp-'));
after(() => rmSync(place, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }));

/** The processes that have a folder, and a word, in their command line. */
function processesOf(folder: string, word = ''): string[] {
  return globSync('/proc/[0-9]*/cmdline').filter((file) => {
    try {
      const line = readFileSync(file, 'utf8');
      return line.includes(folder) && line.includes(word);
    } catch {
      return false;
    }
  });
}

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries++) {
    assert.ok(tries < 600, what);
    await sleep(100);
  }
}

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGKILL', null],
] as const) {
  test(`${signal} while Keycloak starts leaves no process behind`, async () => {
    const folder = mkdtempSync(join(place, 'ended-'));
    const child = spawn(process.execPath, ['scripts/idp.ts', '--port', '0'], {
      cwd: root,
      env: { ...process.env, TMPDIR: folder },
      stdio: 'ignore',
    });
    const ended = once(child, 'exit');
    await until('Keycloak was not started', () => processesOf(folder, 'quarkus').length > 0);
    child.kill(signal);
    assert.equal((await ended)[0], code);
    await until('a process is left', () => processesOf(folder).length === 0);
    if (code !== null) assert.deepEqual(readdirSync(folder), [], 'its folder is left');
  });
}

test('a port that is in use is named in one line, and Keycloak is not started', async () => {
  const other = await listen((_, response) => response.end(), {});
  const { port } = other.url;
  const args = ['scripts/idp.ts', '--port', port];
  const { code, stderr } = await run(process.execPath, args, { cwd: root });
  await other.close();
  assert.equal(code, 1);
  const says = `port ${port} is in use: stop what listens there or choose another with --port`;
  assert.equal(stderr.trim().split('\n').at(-1), says);
});
