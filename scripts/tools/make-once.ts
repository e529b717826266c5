import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const making = new Map<string, Promise<string>>();

/**
 * Make a folder of the cache once. It appears whole or not at all; of several processes that need it
 * at once one makes it and the others wait.
 */
export function makeOnce(folder: string, make: (draft: string) => Promise<void>): Promise<string> {
  const found = making.get(folder);
  if (found !== undefined) return found;
  const made = existsSync(folder) ? Promise.resolve(folder) : makeLocked(folder, make);
  making.set(folder, made);
  // what failed may be tried again
  made.catch(() => making.delete(folder));
  return made;
}

async function makeLocked(folder: string, make: (draft: string) => Promise<void>): Promise<string> {
  mkdirSync(dirname(folder), { recursive: true });
  const lock = `${folder}.lock`;
  while (!takeLock(lock)) await sleep(200);
  const trash = [lock];
  const clean = () => trash.forEach(remove);
  process.once('exit', clean);
  try {
    if (existsSync(folder)) return folder;
    // a draft that nobody could remove: its maker was killed
    for (const left of globSync(`${folder}.draft-*`)) remove(left);
    const draft = mkdtempSync(`${folder}.draft-`);
    trash.push(draft);
    await make(draft);
    renameSync(draft, folder);
    return folder;
  } finally {
    process.off('exit', clean);
    clean();
  }
}

/** Remove a file or folder, also one that a program is writing to as it ends. */
function remove(path: string): void {
  rmSync(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
}

/** Take a lock file, also one whose owner has died; false while somebody holds it. */
function takeLock(lock: string): boolean {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  if (!isHeld(lock)) rmSync(lock, { force: true });
  return false;
}

function isHeld(lock: string): boolean {
  try {
    const owner = Number(readFileSync(lock, 'utf8'));
    // between creation and writing the owner is not known yet
    return owner === 0 || process.kill(owner, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
