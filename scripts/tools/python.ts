import { spawnSync } from 'node:child_process';
import { onPath } from './on-path.ts';

/** A Python that can make a virtual environment, or why there is none. */
export type Python = { path: string; version: string } | { why: string };

/** Find Python 3.10 or later with venv on PATH. */
export function findPython(): Python {
  const path = onPath('python3');
  if (path === undefined) return { why: 'not found' };
  const ask = (code: string) => spawnSync(path, ['-c', code], { encoding: 'utf8' });
  const version = ask('import sys; print("%d.%d.%d" % sys.version_info[:3])').stdout.trim();
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major !== 3 || minor < 10) return { why: `found ${version || 'one that does not start'}` };
  if (ask('import ensurepip, venv').status !== 0) return { why: `found ${version} without venv` };
  return { path, version };
}
