import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { onPath } from './on-path.ts';

/** A Java that is new enough, or why there is none. */
export type Java = { path: string; version: string } | { why: string };

/** Find Java 17 or later where Keycloak and Maven look: in JAVA_HOME, else on PATH. */
export function findJava(): Java {
  const home = process.env['JAVA_HOME'];
  const path = home ? join(home, 'bin', 'java') : onPath('java');
  if (path === undefined) return { why: 'not found' };
  const { stderr } = spawnSync(path, ['-version'], { encoding: 'utf8' });
  const [, version = ''] = /version "([^"]+)"/.exec(stderr ?? '') ?? [];
  if (version === '') return { why: `${path} does not start` };
  // before 9 the version began with 1
  if (Number(version.split(/[.+-]/)[0]) < 17) return { why: `found ${version}` };
  return { path, version };
}
