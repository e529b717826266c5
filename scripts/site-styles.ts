import { globSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import postcss, { type Root } from 'postcss';
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

/** Take out of the style sheets of a built site what neither a page nor a script uses. */
export async function purgeStyles(folder: string): Promise<void> {
  const files = (pattern: string) =>
    globSync(pattern, { cwd: folder }).map((name) => join(folder, name));
  const sheets = files('_astro/*.css');
  if (sheets.length === 0) throw new Error(`${folder}: no style sheet to purge`);
  const content = [...files('**/*.html'), ...files('_astro/*.js')];
  const purged = await new PurgeCSS().purge({
    content,
    css: sheets,
    // a class of Starlight may hold a colon, as md:sl-hidden does
    defaultExtractor: (text) => text.match(/[\w:-]+/g) ?? [],
    keyframes: true,
    dynamicAttributes,
    // no page holds the name of a state or of the rule around: :focus-visible, &:hover, & + &
    safelist: [/^:/, '&'],
  });
  const parsed = purged.map(({ file, css }) => ({ file, css: postcss.parse(css) }));
  const texts = await Promise.all(content.map((file) => readFile(file, 'utf8')));
  dropUnusedProperties(
    parsed.map(({ css }) => css),
    new Set(texts.flatMap((text) => text.match(/--[\w-]+/g) ?? [])),
  );
  for (const { file, css } of parsed) {
    if (file === undefined) throw new Error('a style sheet without a name');
    await writeFile(file, css.toString());
  }
}

/** Take out custom properties that neither a sheet nor a page reads, and what only those read. */
function dropUnusedProperties(sheets: readonly Root[], named: ReadonlySet<string>): void {
  const text = sheets.join('');
  const read = new Set([...text.matchAll(/var\(\s*(--[\w-]+)/g)].map(([, name]) => name));
  let dropped = 0;
  for (const sheet of sheets) {
    sheet.walkDecls(/^--/, (declaration) => {
      if (read.has(declaration.prop) || named.has(declaration.prop)) return;
      declaration.remove();
      dropped += 1;
    });
  }
  if (dropped > 0) dropUnusedProperties(sheets, named);
}
