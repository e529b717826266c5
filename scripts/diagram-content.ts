import type { Root } from 'hast';
import { selectAll } from 'hast-util-select';
import { toString } from 'hast-util-to-string';
import rehypeParse from 'rehype-parse';
import { unified } from 'unified';

/** Return what a drawing says, without where it says it: its labels in order and how many edges it has. */
export function contentOf(svg: string): string {
  const tree: Root = unified().use(rehypeParse, { fragment: true, space: 'svg' }).parse(svg);
  const labels = selectAll('text', tree).map((node) => toString(node).replace(/\s+/g, ' ').trim());
  const edges = selectAll('[marker-end]', tree).length;
  const titles = selectAll('title, desc', tree).map((node) => toString(node));
  return JSON.stringify({ labels: labels.filter((label) => label !== ''), edges, titles });
}
