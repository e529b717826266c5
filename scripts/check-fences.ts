// A fence that a typo has unwired shows code that nothing runs. In this closed world every fence
// names the file that it shows, or says why nothing runs it; a page holds few of those.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import remarkFrontmatter from 'remark-frontmatter';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import { VFile } from 'vfile';
import { fences } from '../site/markdown/fences.ts';
import { include } from '../site/markdown/include.ts';
import { main } from './lib/main.ts';
import { root } from './lib/paths.ts';
import { report, type Problem } from './lib/problems.ts';

/** On one page: what only a cluster can run. */
const illustrativeAtMost = 6;

const parser = unified().use(remarkParse).use(remarkFrontmatter).use(remarkGfm);
const fill = include({ root });

/** Fill the fences of a file as the site does; the first that names nothing ends it. */
function fillProblem(file: string, source: string): Problem[] {
  try {
    fill(parser.parse(source), new VFile({ path: join(root, file), value: source }));
    return [];
  } catch (error) {
    const [, line, text] = /:(\d+): (.*)/s.exec((error as Error).message) ?? [];
    return [{ file, text: text ?? (error as Error).message, ...(line && { line: Number(line) }) }];
  }
}

await main(() => {
  const problems: Problem[] = [];
  let checked = 0;
  const files = globSync(['*.md', 'patterns/**/*.md', 'whitepaper/**/*.md', 'site/**/*.md'], {
    cwd: root,
  });
  for (const file of files.sort()) {
    const found = fences(join(root, file));
    const unwired = found.filter(({ problem }) => problem !== undefined);
    checked += found.length;
    const illustrative = found.filter(({ kind }) => kind === 'illustrative').length;
    if (illustrative > illustrativeAtMost) {
      const text = `${illustrative} fences that nothing runs, at most ${illustrativeAtMost} on a page`;
      problems.push({ file, text });
    }
    for (const { line, problem } of unwired) problems.push({ file, line, text: problem ?? '' });
    if (unwired.length === 0)
      problems.push(...fillProblem(file, readFileSync(join(root, file), 'utf8')));
  }
  for (const file of globSync('site/**/*.mdx', { cwd: root })) {
    if (!readFileSync(join(root, file), 'utf8').includes('```')) continue;
    problems.push({ file, text: 'a fence in MDX is not checked: write it in Markdown' });
  }
  report('fences', checked, problems);
});
