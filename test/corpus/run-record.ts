import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, arch, platform } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from '../../scripts/lib/paths.ts';
import type { Case } from './run-corpus.ts';

/** Note when and where the whole corpus last ran; never committed, so it may hold a time. */
export function writeRunRecord(cases: readonly Case[], at = new Date()): void {
  const path = join(root, '.cache', 'last-run.json');
  mkdirSync(dirname(path), { recursive: true });
  const record = {
    at: at.toISOString(),
    machine: `${platform()} ${arch()}, ${availableParallelism()} CPUs, Node ${process.version}`,
    commit: commit(),
    cases: cases.length,
  };
  writeFileSync(path, `${JSON.stringify(record, null, 2)}\n`);
}

/** Return the commit, or that there is none: an unpacked archive has no history. */
function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'ignore'],
      encoding: 'utf8',
    }).trim();
  } catch {
    return 'none';
  }
}
