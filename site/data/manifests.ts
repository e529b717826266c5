import { readdirSync } from 'node:fs';
import { join } from 'node:path';
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
