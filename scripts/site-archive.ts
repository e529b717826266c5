import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './lib/paths.ts';

/** What every pattern needs beside it. */
const shared = ['base', 'settings', 'wiring'];

/** Write for each pattern one archive of all that it is built from: `manifests/<id>.tar`. */
export async function writeArchives(outDir: string): Promise<void> {
  for (const id of readdirSync(join(root, 'patterns')).sort()) {
    if (!existsSync(join(root, 'manifests', id, 'pattern'))) continue;
    await writeFile(join(outDir, 'manifests', `${id}.tar`), archive(id));
  }
}

/** The same files give the same bytes, which the `tar` of macOS does not promise. */
function archive(id: string): Buffer {
  const files = [...shared, id].flatMap((folder) =>
    readdirSync(join(root, 'manifests', folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.parentPath.endsWith('refused'))
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1)),
  );
  const entries = files.sort().map((file) => {
    const content = readFileSync(join(root, file));
    const padding = Buffer.alloc((512 - (content.length % 512)) % 512);
    return Buffer.concat([header(file.replaceAll('\\', '/'), content.length), content, padding]);
  });
  return Buffer.concat([...entries, Buffer.alloc(1024)]);
}

/** The header of one file (POSIX.1-1988, ustar), with its checksum over itself. */
function header(name: string, size: number): Buffer {
  if (name.length > 100) throw new Error(`${name}: too long for an archive`);
  const block = Buffer.alloc(512);
  const octal = (value: number, digits: number) => value.toString(8).padStart(digits, '0');
  block.write(name, 0);
  block.write(octal(0o644, 7), 100);
  block.write(octal(0, 7), 108);
  block.write(octal(0, 7), 116);
  block.write(octal(size, 11), 124);
  block.write(octal(0, 11), 136);
  block.write(' '.repeat(8), 148);
  block.write('0', 156);
  block.write('ustar\u000000', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${octal(sum, 6)}\u0000 `, 148);
  return block;
}
