import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after } from 'node:test';
import type { Root } from 'mdast';
import remarkFrontmatter from 'remark-frontmatter';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import { VFile } from 'vfile';

/** A repository with nothing in it, gone after the tests. */
export const root = mkdtempSync(join(tmpdir(), 'markdown-'));
after(() => rmSync(root, { recursive: true }));

/** Write one of its files, and return where it is. */
export function write(path: string, text: string): string {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
  return join(root, path);
}

/** Run one remark plugin over a pattern page of it. */
export function render(plugin: (tree: Root, file: VFile) => void, body: string): Root {
  const path = write('patterns/one/index.md', body);
  const tree = unified().use(remarkParse).use(remarkFrontmatter).use(remarkGfm).parse(body);
  plugin(tree, new VFile({ path, value: body }));
  return tree;
}

/** A fenced block of code. */
export const block = (meta: string, body: string): string => `\`\`\`${meta}\n${body}\n\`\`\`\n`;
