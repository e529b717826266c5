import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from '../scripts/lib/children.ts';
import { root } from '../scripts/lib/paths.ts';
import { readyFirst } from '../scripts/lib/ready-first.ts';
import { makeOnce } from '../scripts/tools/make-once.ts';
import { missingPrerequisites } from '../scripts/tools/prerequisites.ts';
import { tool } from '../scripts/tools/tool.ts';
import { tools } from '../scripts/tools/tools.ts';

const folder = mkdtempSync(join(tmpdir(), 'tools-'));
after(() => rmSync(folder, { recursive: true }));
const path = process.env['PATH'];
beforeEach(() => {
  process.env['PATH'] = path;
});

/** Make PATH lead to these programs and to nothing else. */
function onlyOnPath(programs: Record<string, string>): string {
  const bin = mkdtempSync(join(folder, 'bin-'));
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  process.env['PATH'] = bin;
  return bin;
}

test('every tool that was built holds the module that its row names', async () => {
  onlyOnPath({ go: `PATH='${path}' exec go "$@"` });
  for (const { name, source, version } of tools) {
    const { stdout } = await run('go', ['version', '-m', await tool(name)]);
    assert.ok(stdout.includes(`\tpath\t${source}\n`), `${name}: ${stdout}`);
    assert.match(stdout, new RegExp(`\t(mod|dep)\t\\S+\t${version.replaceAll('.', '\\.')}\th1:`));
  }
});

test('a program of the right version on PATH is taken as it is', async () => {
  const bin = onlyOnPath({ kubeconform: 'echo v0.8.0' });
  assert.equal(await tool('kubeconform'), join(bin, 'kubeconform'));
});

test('a program of another version on PATH is passed over', async () => {
  const bin = onlyOnPath({ kustomize: 'echo v5.5.0-rc.1', go: `PATH='${path}' exec go "$@"` });
  assert.notEqual(await tool('kustomize-5.5'), join(bin, 'kustomize'));
});

test('a tool that cannot be built is named in one line that says how to mend it', async () => {
  const script = join(root, 'scripts/tools/obtain.ts');
  const cache = join(folder, 'empty');
  const tries = [
    [{}, 'kubeconform v0.8.0 cannot be built: install Go 1.26 or later, or put it on PATH'],
    [
      { go: 'echo no space left on device >&2; exit 1' },
      'kubeconform v0.8.0 was not built: no space left on device (mend that, or put kubeconform v0.8.0 on PATH)',
    ],
  ] as const;
  for (const [programs, says] of tries) {
    const env = { MCP_CACHE: cache, PATH: onlyOnPath(programs) };
    const { code, stderr } = await run(process.execPath, [script, 'kubeconform'], { env });
    assert.equal(code, 1);
    assert.equal(stderr.trim().split('\n').at(-1), says);
    assert.deepEqual(readdirSync(join(cache, 'tools')), [], 'a half-built tool is left');
  }
});

test('what fails half-way leaves nothing, and is made at the next attempt', async () => {
  const target = join(folder, 'half', 'made');
  const dies = (draft: string) => {
    writeFileSync(join(draft, 'part'), '');
    return Promise.reject(new Error('died'));
  };
  await assert.rejects(makeOnce(target, dies), /died/);
  assert.deepEqual(readdirSync(join(folder, 'half')), []);
  const makes = (draft: string) => Promise.resolve(writeFileSync(join(draft, 'whole'), ''));
  assert.equal(await makeOnce(target, makes), target);
  assert.deepEqual(readdirSync(target), ['whole']);
});

test('of two that make the same at once one makes it and the other waits', async () => {
  const module = join(root, 'scripts/tools/make-once.ts');
  const target = join(folder, 'twice', 'made');
  const file = join(folder, 'make.ts');
  writeFileSync(
    file,
    `import { writeFileSync } from 'node:fs';
    import { makeOnce } from ${JSON.stringify(module)};
    await makeOnce(${JSON.stringify(target)}, async (draft) => {
      console.log('made');
      writeFileSync(draft + '/one', '');
      await new Promise((resolve) => setTimeout(resolve, 1000));
      writeFileSync(draft + '/two', '');
    });`,
  );
  const ends = await Promise.all([1, 2].map(() => run(process.execPath, [file])));
  const says = ends.map(({ code, stdout, stderr }) => `${code} ${stdout}${stderr}`);
  assert.deepEqual(says.sort(), ['0 ', '0 made\n']);
  assert.deepEqual(readdirSync(join(folder, 'twice')), ['made']);
  assert.deepEqual(readdirSync(target), ['one', 'two']);
});

test('a lock whose owner has died holds nobody up', async () => {
  const target = join(folder, 'orphan', 'made');
  const { stdout } = await run(process.execPath, ['-p', 'process.pid']);
  mkdirSync(join(folder, 'orphan'));
  writeFileSync(`${target}.lock`, stdout.trim());
  await makeOnce(target, () => Promise.resolve());
  assert.deepEqual(readdirSync(join(folder, 'orphan')), ['made']);
});

test('the draft of one that was killed is removed by the next', async () => {
  const target = join(folder, 'killed', 'made');
  mkdirSync(`${target}.draft-abc`, { recursive: true });
  await makeOnce(target, () => Promise.resolve());
  assert.deepEqual(readdirSync(join(folder, 'killed')), ['made']);
});

test('a build that is interrupted leaves no file and no process', async () => {
  const script = join(root, 'scripts/tools/obtain.ts');
  const cache = join(folder, 'interrupted');
  // a program that Go starts, and that writes as long as it lives
  const writes =
    'for i in $(seq 2000); do echo part >> "$GOTMPDIR/part"; sleep 0.01; done 2> /dev/null';
  const PATH = `${onlyOnPath({ go: `sh -c '${writes} & echo $! > ${cache}/child; wait'` })}:${path}`;
  mkdirSync(cache);
  const child = spawn(process.execPath, [script, 'kubeconform'], {
    env: { MCP_CACHE: cache, PATH },
  });
  const ends = once(child, 'exit');
  while (globSync('tools/*.draft-*/part', { cwd: cache }).length === 0) await sleep(20);
  child.kill('SIGINT');
  assert.deepEqual(await ends, [130, null]);
  assert.deepEqual(readdirSync(join(cache, 'tools')), [], 'a half-built tool is left');
  const writer = readFileSync(join(cache, 'child'), 'utf8').trim();
  await sleep(200);
  assert.equal(isRunning(writer), false, 'a process is left');
});

const namespaces = spawnSync('unshare', ['-r', '-m', 'true']).status === 0;
test(
  'a full disk is named in one line, and nothing half-built is left',
  { skip: namespaces ? false : 'no mount namespace may be made: run as root' },
  async () => {
    const cache = mkdtempSync(join(folder, 'full-'));
    const script = join(root, 'scripts/tools/obtain.ts');
    const obtains = `mount -t tmpfs -o size=64k none ${cache} && { ${process.execPath} ${script} kubeconform; ls ${cache}/tools; }`;
    const env = {
      ...process.env,
      MCP_CACHE: cache,
      PATH: `${onlyOnPath({ kubeconform: 'exit 1' })}:${path}`,
    };
    const { stdout, stderr } = await run('unshare', ['-r', '-m', 'sh', '-c', obtains], { env });
    assert.match(
      stderr,
      /^building .*\nkubeconform v0\.8\.0 was not built: .*no space left on device.*\n$/,
    );
    assert.equal(stdout, '');
  },
);

/** A process that has ended may wait a while for its parent to notice. */
function isRunning(pid: string): boolean {
  const file = `/proc/${pid}/stat`;
  return existsSync(file) && !/\) [ZX] /.test(readFileSync(file, 'utf8'));
}

test('every missing prerequisite is named with the command that installs it', () => {
  onlyOnPath({ go: 'echo go1.19.8' });
  const missing = missingPrerequisites('test');
  assert.deepEqual(
    missing.map(({ name, why }) => `${name}: ${why}`),
    [
      'git: not found',
      'Go 1.26 or later: found go1.19.8',
      'Python 3.10 or later with venv: not found',
      'Java 17 or later: not found',
      'Maven: not found',
    ],
  );
  for (const { name, install } of missing)
    assert.match(install, /git|curl|brew|python|j(dk|ava)|maven/, name);
  assert.deepEqual(
    missingPrerequisites('start').map(({ name }) => name),
    ['git'],
  );
  const python3 = `PATH='${path}' exec python3 "$@"`;
  const keycloak = { java: 'echo \'openjdk version "17.0.1" 2021-10-19\' >&2', mvn: '' };
  onlyOnPath({ go: 'echo go1.27.0', git: '', python3, ...keycloak });
  assert.deepEqual(missingPrerequisites('test'), []);
  const pythons: [script: string, why: string][] = [
    ['echo 3.9.2', 'found 3.9.2'],
    ['case "$2" in *venv*) exit 1;; *) echo 3.12.1;; esac', 'found 3.12.1 without venv'],
    ['exit 1', 'found one that does not start'],
  ];
  for (const [script, why] of pythons) {
    onlyOnPath({ go: 'echo go1.27.0', git: '', python3: script, ...keycloak });
    assert.deepEqual(
      missingPrerequisites('test').map((one) => one.why),
      [why],
    );
  }
});

test('what needs nothing runs while a tool is built, and what needs it waits for it', async () => {
  const built = Promise.withResolvers<string>();
  const steps = [
    { id: 'applied', needs: ['kubectl', 'etcd'] },
    { id: 'broken', needs: ['envoy'] },
    { id: 'types' },
    { id: 'lint', needs: ['etcd'] },
  ];
  const obtained = new Map([
    ['kubectl', built.promise],
    ['etcd', Promise.resolve('')],
    ['envoy', Promise.reject(new Error('not built'))],
  ]);
  const order: string[] = [];
  for await (const { step, ready } of readyFirst(steps, obtained)) {
    order.push(
      step.id +
        (await ready.then(
          () => '',
          ({ message }: Error) => `: ${message}`,
        )),
    );
    if (step.id === 'lint') setTimeout(() => built.resolve(''), 100);
  }
  assert.deepEqual(order, ['broken: not built', 'types', 'lint', 'applied']);
  const [unnamed] = await Array.fromAsync(readyFirst([{ needs: ['kubectl'] }], new Map()));
  await assert.rejects(unnamed?.ready ?? Promise.resolve(), /nobody obtains kubectl/);
});
