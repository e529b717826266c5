import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import subsetFont from 'subset-font';
import { root } from './lib/paths.ts';

/** Where the site's fonts are made; the build takes them from here. */
export const fontFolder = join(root, '.cache', 'fonts');

const ascii = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)).join('');
/** What the site's pages are written with: their text, and their code. */
export const characters = {
  serif: `${ascii.replace(/[$^~]/g, '')}\u00a0·—…“”’–§`,
  code: `${ascii}…’§`,
};

const faces = [
  {
    name: 'serif',
    text: characters.serif,
    from: '@fontsource-variable/source-serif-4/files/source-serif-4-latin-wght-normal.woff2',
    axes: { wght: { min: 400, max: 600 } },
  },
  {
    name: 'code',
    text: characters.code,
    from: '@expo-google-fonts/source-code-pro/400Regular/SourceCodePro_400Regular.ttf',
  },
];

/** Kerning would be a quarter of the serif's weight, and is hardly seen at the sizes of a page. */
const lean = { noLayoutClosure: true, noHinting: true, keepFeatures: [] };

/** Make the subsets of the two families, unless the same ones lie there already. */
export async function makeFonts(): Promise<void> {
  await mkdir(fontFolder, { recursive: true });
  for (const { name, text, from, axes } of faces) {
    const source = await readFile(join(root, 'node_modules', from));
    const made = createHash('sha256')
      .update(source)
      .update(text)
      .update(JSON.stringify([axes ?? {}, lean]));
    const stamp = join(fontFolder, `${name}.sha256`);
    const digest = made.digest('hex');
    if ((await readFile(stamp, 'utf8').catch(() => '')) === digest) continue;
    const packed = await subset(source, text, axes);
    await writeFile(join(fontFolder, `${name}.woff2`), packed);
    await writeFile(stamp, digest);
  }
}

/** Cut a font down to some characters and axes, under a name of its own, as woff2. */
export async function subset(
  source: Buffer,
  text: string,
  axes?: Record<string, number | { min: number; max: number }>,
): Promise<Buffer> {
  const cut = await subsetFont(source, text, {
    ...lean,
    targetFormat: 'truetype',
    ...(axes === undefined ? {} : { variationAxes: axes }),
  });
  return subsetFont(rename(cut), text, { ...lean, targetFormat: 'woff2' });
}

const nameIds = new Set([1, 3, 4, 6]);

/**
 * Rename a subset: both families reserve the name "Source" (SIL OFL 1.1 §3), and a subset is a
 * modified version. The replacement has the same length, so that no offset moves; the copyright
 * notice (id 0) stays.
 */
export function rename(font: Buffer): Buffer {
  const renamed = Buffer.from(font);
  const tables = renamed.readUInt16BE(4);
  for (let table = 0; table < tables; table += 1) {
    const entry = 12 + table * 16;
    if (renamed.toString('latin1', entry, entry + 4) !== 'name') continue;
    const start = renamed.readUInt32BE(entry + 8);
    const strings = start + renamed.readUInt16BE(start + 4);
    for (let record = 0; record < renamed.readUInt16BE(start + 2); record += 1) {
      const at = start + 6 + record * 12;
      if (!nameIds.has(renamed.readUInt16BE(at + 6))) continue;
      const from = strings + renamed.readUInt16BE(at + 10);
      const to = from + renamed.readUInt16BE(at + 8);
      for (const encoding of ['latin1', 'utf16be'] as const) replace(renamed, from, to, encoding);
    }
  }
  return renamed;
}

function replace(font: Buffer, from: number, to: number, encoding: 'latin1' | 'utf16be'): void {
  const bytes = (word: string): Buffer =>
    encoding === 'latin1' ? Buffer.from(word, 'latin1') : Buffer.from(word, 'utf16le').swap16();
  const [reserved, own] = [bytes('Source'), bytes('Subset')];
  for (let at = font.indexOf(reserved, from); at >= 0 && at < to; at = font.indexOf(reserved, at)) {
    own.copy(font, at);
  }
}
