import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';

const making = new Map<string, Promise<string>>();

/** Make a folder of the cache once: it appears whole or not at all, also when two make it at once. */
export function makeOnce(folder: string, make: (draft: string) => Promise<void>): Promise<string> {
  const found = making.get(folder);
  if (found !== undefined) return found;
  const made = existsSync(folder) ? Promise.resolve(folder) : makeDraft(folder, make);
  making.set(folder, made);
  // what failed may be tried again
  made.catch(() => making.delete(folder));
  return made;
}

async function makeDraft(folder: string, make: (draft: string) => Promise<void>): Promise<string> {
  mkdirSync(dirname(folder), { recursive: true });
  const draft = mkdtempSync(`${folder}.draft-`);
  const remove = () => rmSync(draft, { recursive: true, force: true });
  process.once('exit', remove);
  try {
    await make(draft);
    renameSync(draft, folder);
  } catch (error) {
    // another process was first: its folder is as good as this one
    if (!existsSync(folder)) throw error;
  } finally {
    process.off('exit', remove);
    remove();
  }
  return folder;
}
