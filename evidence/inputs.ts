import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the verdicts depend on: enforcement, attacks, how they are run, and with which programs. */
const patterns = [
  'patterns/**/*.ts',
  'manifests/**/*.yaml',
  'test/contracts.ts',
  'test/{attacks,corpus,planes,servers,surfaces}/*.ts',
  'test/planes/loopback/**/*.yaml',
  'test/lib/manifests.ts',
  'scripts/tools/**/*.{ts,mod,sum,txt}',
];

/** List the files on which every verdict depends, from the root. */
export function inputFiles(root: string): string[] {
  return globSync(patterns, { cwd: root })
    .map((file) => file.replaceAll('\\', '/'))
    .sort();
}

/** Digest files by name and content (sha256, hex); one that is gone changes the digest too. */
export function inputsDigest(files: readonly string[], root: string): string {
  const hash = createHash('sha256');
  for (const file of files) {
    const path = join(root, file);
    const content = existsSync(path) ? readFileSync(path) : Buffer.from('gone');
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}
