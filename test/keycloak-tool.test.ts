import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { run } from '../scripts/lib/children.ts';
import { root } from '../scripts/lib/paths.ts';
import { findJava } from '../scripts/tools/java.ts';

const folder = mkdtempSync(join(tmpdir(), 'keycloak-tool-'));
after(() => rmSync(folder, { recursive: true }));
const cache = join(folder, 'cache');
const java = 'echo \'openjdk version "21.0.2" 2024-01-16\' >&2';
/** Maven, as far as it is asked: it leaves an archive that is not the one pinned. */
const maven =
  'for a in "$@"; do case "$a" in -DoutputDirectory=*) echo x > "${a#*=}/a.tar.gz";; esac; done';

function programs(scripts: Record<string, string>): string {
  const bin = mkdtempSync(join(folder, 'bin-'));
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  return bin;
}

const tries: [what: string, scripts: Record<string, string>, says: string][] = [
  ['no Java', {}, 'Keycloak 26.7.3 cannot run: Java 17 or later is missing (not found)'],
  [
    'a Java that is too old',
    { java: 'echo \'java version "1.8.0_402"\' >&2' },
    'Keycloak 26.7.3 cannot run: Java 17 or later is missing (found 1.8.0_402)',
  ],
  ['no Maven', { java }, 'Keycloak 26.7.3 cannot be fetched: install Maven, or put mvn on PATH'],
  [
    'a Maven that is offline',
    { java, mvn: 'echo "[ERROR] Could not resolve it: no route"; exit 1' },
    'Keycloak 26.7.3 was not fetched: Could not resolve it: no route (mend that and run it again)',
  ],
  [
    'another archive than the one pinned',
    { java, mvn: maven },
    'Keycloak 26.7.3 has the checksum 73cb3858a687a8494ca3323053016282f3dad39d42cf62ca4e79dda2aac7d9ac, not 77657f30b7e90d70f727712ce1c967f430fd6a5e9f458d32d8c6df0635345f47: do not use it',
  ],
];

for (const [what, scripts, says] of tries) {
  test(`with ${what} Keycloak is refused in one line, and nothing is left`, async () => {
    mkdirSync(cache, { recursive: true });
    const env = { MCP_CACHE: cache, PATH: programs(scripts) };
    const script = join(root, 'scripts/tools/obtain.ts');
    const { code, stderr } = await run(process.execPath, [script, 'keycloak'], { env });
    assert.equal(code, 1);
    assert.equal(stderr.trim().split('\n').at(-1), says);
    const left = join(cache, 'tools');
    assert.deepEqual(existsSync(left) ? readdirSync(left) : [], []);
  });
}

test('Java is the one in JAVA_HOME before the one on PATH', () => {
  const home = mkdtempSync(join(folder, 'home-'));
  mkdirSync(join(home, 'bin'));
  writeFileSync(join(home, 'bin', 'java'), `#!/bin/sh\n${java}\n`);
  chmodSync(join(home, 'bin', 'java'), 0o755);
  process.env['JAVA_HOME'] = home;
  try {
    assert.deepEqual(findJava(), { path: join(home, 'bin', 'java'), version: '21.0.2' });
  } finally {
    delete process.env['JAVA_HOME'];
  }
});

const mistakes: [args: string[], says: string][] = [
  [['--port', 'x'], '--port "x" is not a port: give a number up to 65535'],
  [['--resource', 'mcp'], '--resource "mcp" is no URL: give that of the MCP endpoint'],
];

for (const [args, says] of mistakes) {
  test(`npm run idp -- ${args.join(' ')} is answered with one line and exit 1`, async () => {
    const { code, stdout, stderr } = await run(process.execPath, ['scripts/idp.ts', ...args], {
      cwd: root,
    });
    assert.deepEqual({ code, stdout, stderr }, { code: 1, stdout: '', stderr: `${says}\n` });
  });
}

test('a token of a Keycloak that does not run is answered with how to start it', async () => {
  const env = { ...process.env, MCP_CACHE: join(folder, 'none') };
  const args = ['scripts/token.ts', 'alice', '--idp'];
  const { code, stderr } = await run(process.execPath, args, { cwd: root, env });
  assert.equal(code, 1);
  assert.equal(stderr, 'no Keycloak runs here: start it with "npm run idp"\n');
});
