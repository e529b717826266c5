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
  return { folder, remove, edit: (edits) => applyEdits(folder, edits) };
}

function applyEdits(folder: string, edits: readonly Edit[]): () => void {
  const before = new Map<string, string | undefined>();
  for (const { file, find, replace, remove } of edits) {
    const path = join(folder, file);
    const text = existsSync(path) ? readFileSync(path, 'utf8') : undefined;
    if (!before.has(path)) before.set(path, text);
    if (remove) {
      if (text === undefined) throw new Mistake(`${file}: no such file to remove`);
      rmSync(path);
    } else if (find === undefined) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, replace ?? '');
    } else {
      const times = text === undefined ? 0 : text.split(find).length - 1;
      if (times !== 1) throw new Mistake(`${file}: "${find}" occurs ${times} times, not once`);
      writeFileSync(
        path,
        (text ?? '').replace(find, () => replace ?? ''),
      );
    }
  }
  return () => {
    for (const [path, text] of before) {
      if (text === undefined) rmSync(path, { force: true });
      else writeFileSync(path, text);
    }
  };
}
