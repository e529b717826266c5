import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { Node } from 'unist';
import type { VFile } from 'vfile';

/** A fault in a page, told as `file:line: what is wrong`. */
export class PageFault extends Error {}

/** Return a page's path as a reader of the repository writes it. */
export function pathOf(file: VFile, root: string): string {
  return relative(root, file.path).replaceAll('\\', '/');
}

/** Say where a node stands in the file, although the renderer is handed the text below the front matter only. */
export function place(node: Node, file: VFile, root: string): string {
  const source = readFileSync(file.path, 'utf8');
  const start = source.indexOf(String(file.value).trim());
  const before = start > 0 ? source.slice(0, start) : '';
  const trimmed = /^\s*/.exec(String(file.value))?.[0] ?? '';
  const line = (node.position?.start.line ?? 1) + lines(before) - lines(trimmed);
  return `${pathOf(file, root)}:${line}`;
}

const lines = (text: string): number => text.split('\n').length - 1;
