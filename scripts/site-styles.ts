import { globSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PurgeCSS } from 'purgecss';

/** Attributes that scripts set after a page has loaded. */
const dynamicAttributes = [
  'aria-current',
  'aria-expanded',
  'data-theme',
  'data-mobile-menu-expanded',
  'disabled',
  'open',
];

/** Take out of the style sheets of a built site every rule that neither a page nor a script uses. */
export async function purgeStyles(folder: string): Promise<void> {
  const files = (pattern: string) =>
    globSync(pattern, { cwd: folder }).map((name) => join(folder, name));
  const sheets = files('_astro/*.css');
  if (sheets.length === 0) throw new Error(`${folder}: no style sheet to purge`);
  const purged = await new PurgeCSS().purge({
    content: [...files('**/*.html'), ...files('_astro/*.js')],
    css: sheets,
    // a class of Starlight may hold a colon, as md:sl-hidden does
    defaultExtractor: (text) => text.match(/[\w:-]+/g) ?? [],
    keyframes: true,
    dynamicAttributes,
    // no page holds its name, and the focus is to be seen in the colour of the site
    safelist: [':focus-visible'],
  });
  for (const { file, css } of purged) {
    if (file === undefined) throw new Error('a style sheet without a name');
    await writeFile(file, css);
  }
}
