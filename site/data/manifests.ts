import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRefused } from '../../evidence/refused.ts';
import { root } from './project.ts';

/** List the files of manifests/<id>, as paths from the repository's root. */
export function manifestsOf(id: string): string[] {
  const files = readdirSync(join(root, 'manifests', id), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(root.length + 1)
        .replaceAll('\\', '/'),
    );
  if (files.length === 0) throw new Error(`manifests/${id}: no file`);
  return files.sort();
}

/** What refuses a variant, and with which words: as a real API server said, or as its first line has it. */
export function refusalOf(path: string): { by: string; message: string } {
  const recorded = readRefused(root).refused.find(({ file }) => file === path);
  if (recorded !== undefined) return recorded;
  const [first = ''] = readFileSync(join(root, path), 'utf8').split('\n');
  const [, by, message] = /^# ([^:]+): (.+)$/.exec(first) ?? [];
  if (by === undefined || message === undefined) throw new Error(`${path}:1: no reason`);
  return { by, message };
}
