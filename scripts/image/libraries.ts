import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../lib/children.ts';
import { Mistake } from '../lib/main.ts';
import { cacheDir } from '../lib/paths.ts';
import { makeOnce } from '../tools/make-once.ts';
import { onPath } from '../tools/on-path.ts';

/** Debian packages (bookworm, amd64) with the libraries that Node.js loads. */
export const debianPackages = [
  {
    name: 'libc6',
    version: '2.36-9+deb12u14',
    sha256: 'ba4f88f73dbc3ae9055f3c20f4523bfdbaf1ad13ff95e258924f77d20b4fbedf',
    files: ['libc.so.6', 'libdl.so.2', 'libm.so.6', 'libpthread.so.0', 'libresolv.so.2'].map(
      (name) => `lib/x86_64-linux-gnu/${name}`,
    ),
    loader: 'lib/x86_64-linux-gnu/ld-linux-x86-64.so.2',
  },
  {
    name: 'gcc-12-base',
    version: '12.2.0-14+deb12u1',
    sha256: '1896a2aacf4ad681ff5eacc24a5b0ca4d5d9c9b9c9e4b6de5197bc1e116ea619',
    files: [],
  },
  {
    name: 'libgcc-s1',
    version: '12.2.0-14+deb12u1',
    sha256: '3016e62cb4b7cd8038822870601f5ed131befe942774d0f745622cc77d8a88f7',
    files: ['lib/x86_64-linux-gnu/libgcc_s.so.1'],
  },
  {
    name: 'libstdc++6',
    version: '12.2.0-14+deb12u1',
    sha256: '5cd3171216d4ab0fc911cfe9c35509bf2dd8f47761c43b7f6a4296701551a24d',
    files: ['usr/lib/x86_64-linux-gnu/libstdc++.so.6'],
  },
];

type DebianPackage = (typeof debianPackages)[number];

/** Copy the pinned libraries and their copyright notices below a root. */
export async function copyLibraries(to: string): Promise<void> {
  for (const one of debianPackages) {
    const unpacked = await unpack(one);
    for (const file of [...one.files, ...(one.loader === undefined ? [] : [one.loader])]) {
      const target = file === one.loader ? 'lib64/ld-linux-x86-64.so.2' : file;
      await mkdir(join(to, target, '..'), { recursive: true });
      await copyFile(join(unpacked, file), join(to, target));
    }
    // the notice of the other two is that of gcc-12-base
    const notice = join(unpacked, 'usr/share/doc', one.name, 'copyright');
    const text = await readFile(notice).catch(() => undefined);
    if (text === undefined) continue;
    const folder = join(to, 'usr/share/doc', one.name);
    await mkdir(folder, { recursive: true });
    await copyFile(notice, join(folder, 'copyright'));
  }
}

/** Fetch a package of exactly this version and content, once, and return the folder it lies in. */
function unpack({ name, version, sha256 }: DebianPackage): Promise<string> {
  const what = `${name} ${version}`;
  return makeOnce(join(cacheDir, 'debian', `${name}-${sha256.slice(0, 16)}`), async (draft) => {
    for (const program of ['apt-get', 'dpkg-deb']) {
      if (onPath(program) === undefined) {
        throw new Mistake(`the image needs ${program}, which Debian and Ubuntu have: ${what}`);
      }
    }
    const fetched = await run('apt-get', ['download', `${name}=${version}`], { cwd: draft });
    const file = (await readdir(draft)).find((entry) => entry.endsWith('.deb'));
    if (fetched.code !== 0 || file === undefined) {
      const why = fetched.stderr.trim().split('\n').at(-1);
      throw new Mistake(
        `${what} was not fetched: ${why} (run \`apt-get update\`; when Debian has a newer one, pin it in scripts/image/libraries.ts)`,
      );
    }
    const digest = createHash('sha256')
      .update(await readFile(join(draft, file)))
      .digest('hex');
    if (digest !== sha256) {
      throw new Mistake(`${what} has the sha256 ${digest}, not ${sha256}: do not use it`);
    }
    const { code, stderr } = await run('dpkg-deb', ['-x', join(draft, file), draft]);
    if (code !== 0) throw new Mistake(`${what} was not unpacked: ${stderr.trim()}`);
  });
}
