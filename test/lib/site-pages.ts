import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Root } from 'hast';
import rehypeParse from 'rehype-parse';
import { unified } from 'unified';
import { root } from '../../scripts/lib/paths.ts';

/** One page of each kind; a test over pages must have met all of them. */
export const kinds = {
  home: '',
  paper: 'paper/',
  patterns: 'patterns/',
  pattern: 'patterns/token-authentication/',
  attacks: 'attacks/',
  group: 'attacks/token-lifetime/',
  evidence: 'evidence/',
  reference: 'reference/',
  check: 'check/',
  failures: 'failures/',
  servers: 'servers/',
  feedback: 'feedback/',
  missing: '404.html',
} as const;

/** List the addresses of all pages, relative to the base; each kind is among them. */
export function pagesOf(folder: string): string[] {
  const pages = globSync('**/*.html', { cwd: folder })
    .map((file) => file.replaceAll('\\', '/').replace(/(^|\/)index\.html$/, '$1'))
    .sort();
  const patterns = globSync('patterns/*/index.md', { cwd: root }).map((file) =>
    file.replaceAll('\\', '/').replace('index.md', ''),
  );
  const absent = [...Object.values(kinds), ...patterns].filter((page) => !pages.includes(page));
  if (absent.length > 0) throw new Error(`no page at /${absent.join(', /')}`);
  return pages;
}

/** Name the file that a page lies in. */
export function fileOf(page: string): string {
  return page === '' || page.endsWith('/') ? `${page}index.html` : page;
}

/** Read the element tree of a page. */
export function readPage(folder: string, page: string): Root {
  return unified()
    .use(rehypeParse)
    .parse(readFileSync(join(folder, fileOf(page)), 'utf8'));
}
