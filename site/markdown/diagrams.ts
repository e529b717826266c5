import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Root } from 'mdast';
import { visit } from 'unist-util-visit';
import type { VFile } from 'vfile';
import { PageFault, place } from './place.ts';

/** Where the committed SVGs lie, from the repository's root. */
export const diagramFolder = 'site/public/diagrams';

/** Name a diagram after its source: the first ten hexadecimal digits of its SHA-256. */
export function diagramHash(source: string): string {
  return createHash('sha256').update(source.trim()).digest('hex').slice(0, 10);
}

/** Return a diagram's caption (`accTitle`) and its text alternative (`accDescr`); both are required. */
export function alternative(source: string): { caption: string; description: string } {
  const caption = /^\s*accTitle\s*:\s*(.+?)\s*$/m.exec(source)?.[1];
  const line = /^\s*accDescr\s*:\s*(.+?)\s*$/m.exec(source)?.[1];
  const block = /^\s*accDescr\s*\{([^}]*)\}/m.exec(source)?.[1];
  const description = (line ?? block ?? '').replace(/\s+/g, ' ').trim();
  if (caption === undefined) throw new PageFault('the diagram has no accTitle: its caption');
  if (description === '') throw new PageFault('the diagram has no accDescr: its text alternative');
  return { caption, description };
}

/** Replace each mermaid fence by its committed drawings, and number the figures of the page. */
export function diagrams({ root, base }: { root: string; base: string }) {
  const address = `${base.replace(/\/$/, '')}/diagrams`;
  return (tree: Root, file: VFile): void => {
    let figure = 0;
    visit(tree, ['code', 'html'], (node, index, parent) => {
      if (node.type === 'html' && node.value.trim() === '<!-- matrix -->') {
        figure += 1;
        node.value = `<!-- matrix ${figure} -->`;
      }
      if (node.type !== 'code' || node.lang !== 'mermaid' || parent === undefined) return;
      figure += 1;
      const name = diagramHash(node.value);
      try {
        const { caption, description } = alternative(node.value);
        const image = (theme: 'light' | 'dark'): string => {
          const path = join(root, diagramFolder, `${name}.${theme}.svg`);
          if (!existsSync(path)) {
            throw new PageFault(`the diagram is not drawn (${name}): run npm run diagrams`);
          }
          const size = /<svg[^>]*? width="([\d.]+)" height="([\d.]+)"/.exec(
            readFileSync(path, 'utf8'),
          );
          return (
            `<img class="${theme}-only" src="${address}/${name}.${theme}.svg" alt="${escape(description)}" ` +
            `width="${size?.[1]}" height="${size?.[2]}" loading="lazy" decoding="async">`
          );
        };
        const value =
          `<figure class="diagram"><div class="scroll" tabindex="0" role="group" aria-label="Figure ${figure}">` +
          `${image('light')}${image('dark')}</div>` +
          `<figcaption><strong>Figure ${figure}.</strong> ${escape(caption)}</figcaption></figure>`;
        parent.children[index ?? 0] = { type: 'html', value };
      } catch (error) {
        if (!(error instanceof PageFault)) throw error;
        throw new PageFault(`${place(node, file, root)}: ${error.message}`);
      }
    });
  };
}

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
