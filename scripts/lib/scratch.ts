import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { Mistake } from './main.ts';
import { root } from './paths.ts';

/** A change to one file of a scratch copy: see test/faults/fault.ts for the fields. */
export interface Edit {
  file: string;
  find?: string;
  replace?: string;
  remove?: true;
}

/** List every file of the project, committed or not, that git does not ignore. */
export function projectFiles(folder = root): string[] {
  return execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], { cwd: folder })
    .toString()
    .split('\0')
    .filter((file) => file !== '' && existsSync(join(folder, file)))
    .sort();
}

/** A copy of the project in which a check can be put to the test. */
export interface Scratch {
  folder: string;
  /** Of a program that runs in it: what Node compiles is kept there, and goes with it. */
  env: NodeJS.ProcessEnv;
  /** Apply edits; returns what puts the files back. */
  edit(edits: readonly Edit[]): () => void;
  remove(): void;
}

/** Copy the project beside itself: its own files by value, the packages by hard link. */
export function createScratch(): Scratch {
  const parent = join(root, '.cache');
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, 'scratch-'));
  for (const file of projectFiles()) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(root, file), join(folder, file));
  }
  // Astro finds its packages by their real place, so a symbolic link will not do
  execFileSync('cp', ['-al', join(root, 'node_modules'), join(folder, 'node_modules')]);
  execFileSync('git', ['init', '-q'], { cwd: folder });
  execFileSync('git', ['add', '-A'], { cwd: folder });
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  const env = { ...process.env, NODE_COMPILE_CACHE: join(folder, 'node_modules/.compile-cache') };
  return { folder, env, remove, edit: (edits) => applyEdits(folder, edits) };
}

/**
 * Return each file that edits touch, as it is and as it would be; undefined where there is none.
 * Throws a Mistake when an edit finds nothing to change.
 */
export function rewrite(folder: string, edits: readonly Edit[]): Map<string, Rewritten> {
  const files = new Map<string, Rewritten>();
  for (const { file, find, replace = '', remove } of edits) {
    const path = join(folder, file);
    const before = existsSync(path) ? readFileSync(path, 'utf8') : undefined;
    const known = files.get(path) ?? { before, after: before };
    const text = known.after;
    files.set(path, known);
    if (remove) {
      if (text === undefined) throw new Mistake(`${file}: no such file to remove`);
      known.after = undefined;
    } else if (find === undefined) known.after = replace;
    else {
      const times = text === undefined ? 0 : text.split(find).length - 1;
      if (times !== 1) throw new Mistake(`${file}: "${find}" occurs ${times} times, not once`);
      known.after = text?.replace(find, () => replace);
    }
  }
  return files;
}

interface Rewritten {
  before: string | undefined;
  after: string | undefined;
}

function applyEdits(folder: string, edits: readonly Edit[]): () => void {
  const files = [...rewrite(folder, edits)];
  for (const [path, { after }] of files) put(path, after);
  return () => {
    for (const [path, { before }] of files) put(path, before);
  };
}

function put(path: string, text: string | undefined): void {
  if (text === undefined) return rmSync(path, { force: true });
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
