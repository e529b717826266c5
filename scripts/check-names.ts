// Prose that describes a file drifts from it: a page went on naming an object that its manifest had
// renamed long ago. Here every name in inline code must occur, letter for letter, in a file that the
// page includes. What belongs to somebody else is marked by linking it.
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import remarkFrontmatter from 'remark-frontmatter';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import { SKIP, visit } from 'unist-util-visit';
import { fences } from '../site/markdown/fences.ts';
import { main } from './lib/main.ts';
import { root } from './lib/paths.ts';
import { report, type Problem } from './lib/problems.ts';

/** Everything that a page includes, as one text: files, recorded outputs, and the folders it applies. */
function included(page: string): string {
  const texts: string[] = [];
  for (const { path } of fences(join(root, page))) {
    if (path === undefined) continue;
    const full = join(root, path);
    // that a fence names nothing is for check-fences to say
    if (!existsSync(full)) continue;
    const files = statSync(full).isDirectory()
      ? globSync('**/*', { cwd: full }).map((file) => join(full, file))
      : [full];
    for (const file of files) {
      if (statSync(file).isFile())
        texts.push(file.slice(root.length + 1), readFileSync(file, 'utf8'));
    }
  }
  return texts.join('\n');
}

let names = 0;
const problems: Problem[] = [];

await main(() => {
  for (const page of globSync('patterns/*/index.md', { cwd: root }).sort()) {
    const text = included(page);
    const tree = unified()
      .use(remarkParse)
      .use(remarkFrontmatter)
      .use(remarkGfm)
      .parse(readFileSync(join(root, page), 'utf8'));
    visit(tree, (node) => {
      if (node.type === 'link') return /^(http|\/)/.test(node.url) ? SKIP : undefined;
      if (node.type !== 'inlineCode') return undefined;
      names += 1;
      const { value, position } = node;
      if (text.includes(value)) return undefined;
      const line = position?.start.line;
      const why = `\`${value}\` is in no file that the page includes: mend the name, or link it`;
      problems.push({ file: page, ...(line && { line }), text: why });
      return undefined;
    });
  }
  report('names in inline code', names, problems);
});
