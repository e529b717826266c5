import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/lib/paths.ts';

/** The installed version of an npm package. */
export function versionOf(name: string): string {
  return readVersion(join('node_modules', ...name.split('/'), 'package.json'));
}

/** The version of this project. */
export function release(): string {
  return readVersion('package.json');
}

function readVersion(file: string): string {
  return (JSON.parse(readFileSync(join(root, file), 'utf8')) as { version: string }).version;
}
