import { createHash } from 'node:crypto';
import { createReadStream, globSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { run } from '../lib/children.ts';
import { Mistake } from '../lib/main.ts';
import { cacheDir } from '../lib/paths.ts';
import { findJava } from './java.ts';
import { makeOnce } from './make-once.ts';
import { onPath } from './on-path.ts';
import { progress } from './progress.ts';

/** The distribution as Maven knows it; its checksum was computed from what Maven fetched. */
export const keycloakRow = {
  name: 'keycloak',
  version: '26.7.3',
  artifact: 'org.keycloak:keycloak-quarkus-dist:26.7.3:tar.gz',
  sha256: '77657f30b7e90d70f727712ce1c967f430fd6a5e9f458d32d8c6df0635345f47',
  /** User and system seconds of fetching, unpacking and building, measured on two cores. */
  coldCpuSeconds: 47,
  neededBy: 'tokens of a real authorization server are accepted, and faulty ones refused',
} as const;

const plugin = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1';
/** What is decided when Keycloak is built, so that it starts without building again. */
const buildOptions = ['--db=dev-mem'];

/** Return the folder of Keycloak, fetched by Maven, verified and built once. */
export async function keycloak(): Promise<string> {
  const { name, version, sha256 } = keycloakRow;
  const what = `Keycloak ${version}`;
  const java = findJava();
  if ('why' in java) {
    throw new Mistake(`${what} cannot run: Java 17 or later is missing (${java.why})`);
  }
  const key = createHash('sha256')
    .update([sha256, ...buildOptions, process.platform, process.arch].join('\0'))
    .digest('hex')
    .slice(0, 16);
  const folder = join(cacheDir, 'tools', `${name}-${version}-${key}`);
  await makeOnce(folder, (draft) =>
    progress(`fetching and building ${what}, about ${keycloakRow.coldCpuSeconds} CPU seconds`, () =>
      make(draft, what),
    ),
  );
  return join(folder, `${name}-${version}`);
}

async function make(draft: string, what: string): Promise<void> {
  const { name, version, artifact, sha256 } = keycloakRow;
  const maven = onPath('mvn');
  if (maven === undefined) {
    throw new Mistake(`${what} cannot be fetched: install Maven, or put mvn on PATH`);
  }
  const copy = [`${plugin}:copy`, `-Dartifact=${artifact}`, `-DoutputDirectory=${draft}`];
  await step('fetched', maven, ['--quiet', '--batch-mode', ...copy], what);
  const [archive = ''] = globSync('*.tar.gz', { cwd: draft });
  const path = join(draft, archive);
  const sum = createHash('sha256');
  await pipeline(createReadStream(path), sum);
  const found = sum.digest('hex');
  if (found !== sha256) {
    throw new Mistake(`${what} has the checksum ${found}, not ${sha256}: do not use it`);
  }
  await step('unpacked', 'tar', ['-xzf', path, '-C', draft], what);
  rmSync(path);
  const kc = join(draft, `${name}-${version}`, 'bin', 'kc.sh');
  await step('built', kc, ['build', ...buildOptions], what);
}

async function step(done: string, command: string, args: string[], what: string): Promise<void> {
  // checks run beside it, and come first
  const nice = onPath('nice');
  const all = nice === undefined ? args : ['-n', '10', command, ...args];
  const { code, stdout, stderr } = await run(nice ?? command, all, { timeoutMs: 1_800_000 });
  if (code === 0) return;
  const lines = `${stderr}\n${stdout}`.split('\n').filter((line) => /\bERROR\b|: /.test(line));
  const why = (lines[0] ?? `ended with ${code}`).replace(/^.*?\bERROR\b\W*/, '');
  throw new Mistake(`${what} was not ${done}: ${why.slice(0, 300)} (mend that and run it again)`);
}
