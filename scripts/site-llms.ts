import { globSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import type { Element, Root } from 'hast';
import { matches, select, selectAll } from 'hast-util-select';
import { toString } from 'hast-util-to-string';
import rehypeParse from 'rehype-parse';
import rehypeRemark from 'rehype-remark';
import remarkGfm from 'remark-gfm';
import remarkStringify from 'remark-stringify';
import { unified } from 'unified';
import { SKIP, visit } from 'unist-util-visit';

const parser = unified().use(rehypeParse);
const writer = unified()
  .use(rehypeRemark)
  .use(remarkGfm)
  .use(remarkStringify, { bullet: '-', rule: '-', resourceLink: true });

/** What a page shows beside its text: drawn twice, for the eye only, or to be clicked. */
const dropped =
  '[aria-hidden="true"], .dark-only, .sl-anchor-link, button, script, .narrow, .spanner';

/** Write a Markdown twin beside every page, and llms.txt, which lists them by relative address. */
export async function writeTwins({ base, outDir }: { base: string; outDir: string }) {
  const pages = globSync('*/**/index.html', { cwd: outDir }).sort();
  if (pages.length === 0) throw new Error(`${outDir}: no page to write a twin of`);
  const entries: string[] = [];
  for (const page of ['index.html', ...pages]) {
    const tree = parser.parse(await readFile(join(outDir, page), 'utf8'));
    const twin = page.replace(/\.html$/, '.md');
    await writeFile(join(outDir, twin), await markdownOf(tree, base, twin));
    const title = toString(select('h1', tree) ?? { type: 'root', children: [] });
    const about = select('meta[name=description]', tree)?.properties['content'] ?? '';
    entries.push(`- [${title}](${twin}): ${String(about)}`);
  }
  const about = entries[0]?.split('): ')[1] ?? '';
  const lines = ['# MCP Security Framework', '', `> ${about}`, '', '## Pages', '', ...entries, ''];
  await writeFile(join(outDir, 'llms.txt'), lines.join('\n'));
}

/** Return the main text of one page as Markdown, its links relative to the twin. */
export async function markdownOf(page: Root, base: string, twin: string): Promise<string> {
  const body = select('main', page) ?? { type: 'root', children: [] };
  const kept: Root = { type: 'root', children: [...body.children] as Root['children'] };
  visit(kept, 'element', (node, index, parent) => {
    if (node.tagName === 'footer' || matches(dropped, node)) {
      parent?.children.splice(index ?? 0, 1);
      return [SKIP, index ?? 0];
    }
    if (matches('.expressive-code, .lines', node)) plainCode(node);
    for (const name of ['href', 'src']) {
      const address = node.properties[name];
      if (typeof address === 'string') node.properties[name] = relativeTo(address, base, twin);
    }
    return undefined;
  });
  return writer.stringify(await writer.run(kept));
}

/** Turn a decorated block of code into `<pre><code>`, one line of text per line. */
function plainCode(node: Element): void {
  const language = select('pre', node)?.properties['dataLanguage'];
  const lines = selectAll('.ec-line, .line', node).map((line) => toString(line).replace(/\n$/, ''));
  const title = select('figcaption .title', node);
  node.tagName = 'div';
  node.properties = {};
  const className = language === undefined ? [] : [`language-${String(language)}`];
  const text = { type: 'text' as const, value: `${lines.join('\n')}\n` };
  const code: Element = {
    type: 'element',
    tagName: 'code',
    properties: { className },
    children: [text],
  };
  const paragraph: Element[] =
    title === undefined
      ? []
      : [{ type: 'element', tagName: 'p', properties: {}, children: [...title.children] }];
  node.children = [
    ...paragraph,
    { type: 'element', tagName: 'pre', properties: {}, children: [code] },
  ];
}

/** Point a link of the site at the twin of its page, seen from another twin. */
function relativeTo(address: string, base: string, twin: string): string {
  if (!address.startsWith(base)) return address;
  const [path = '', anchor] = address.slice(base.length).split('#');
  const file = path === '' || path.endsWith('/') ? `${path}index.md` : path;
  const from = posix.relative(dirname(twin).replaceAll('\\', '/'), file);
  return anchor === undefined ? from : `${from}#${anchor}`;
}
