import type { PhrasingContent, Root } from 'mdast';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import { unified } from 'unified';

const parser = unified().use(remarkParse).use(remarkGfm);

/** Parse one line of Markdown into what stands in a paragraph. */
export function phrasing(line: string): PhrasingContent[] {
  const [paragraph] = parser.parse(line).children;
  return paragraph?.type === 'paragraph' ? paragraph.children : [];
}

/** Parse a Markdown file, without its front matter, as the site does. */
export function parseMarkdown(markdown: string): Root {
  return parser.parse(markdown);
}
