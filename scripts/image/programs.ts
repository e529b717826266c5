import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../lib/paths.ts';

/** What the image runs: the reference server and the gate. */
export const programs = ['patterns/reference-server/main.ts', 'patterns/gate/main.ts'];

interface LockEntry {
  dependencies?: Record<string, string>;
}

/** Everything that two programs load: files of the project, and packages with all that they need. */
export function reached(): { files: string[]; packages: string[] } {
  const files = new Set<string>();
  const packages = new Set<string>();
  programs.forEach((program) => walk(program, files, packages));
  return { files: [...files].sort(), packages: [...packages].sort() };
}

function walk(file: string, files: Set<string>, packages: Set<string>): void {
  if (files.has(file)) return;
  files.add(file);
  const text = readFileSync(join(root, file), 'utf8');
  for (const [, type, from = ''] of text.matchAll(/^(?:import|export) (type )?[^']*'([^']+)';/gm)) {
    if (type !== undefined || from.startsWith('node:')) continue;
    if (from.startsWith('.')) walk(join(dirname(file), from), files, packages);
    else addPackage(packageName(from), 'node_modules', packages);
  }
}

const packageName = (from: string) =>
  from
    .split('/')
    .slice(0, from.startsWith('@') ? 2 : 1)
    .join('/');

const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
  packages: Record<string, LockEntry>;
};

/** Add a package and what it depends on, found as Node finds it: in the nearest node_modules. */
function addPackage(name: string, from: string, packages: Set<string>): void {
  const folders = [from, ...above(from), 'node_modules'];
  const path = folders
    .map((folder) => join(folder, name))
    .find((folder) => folder in lock.packages && existsSync(join(root, folder)));
  if (path === undefined)
    throw new Error(`package-lock.json: ${name}, which ${from} needs, is missing`);
  if (packages.has(path)) return;
  packages.add(path);
  for (const dependency of Object.keys(lock.packages[path]?.dependencies ?? {})) {
    addPackage(dependency, join(path, 'node_modules'), packages);
  }
}

/** The node_modules folders above one. */
function above(folder: string): string[] {
  const parts = folder.split('/node_modules/');
  return parts
    .slice(1)
    .map((_, index) => `${parts.slice(0, -1 - index).join('/node_modules/')}/node_modules`);
}
