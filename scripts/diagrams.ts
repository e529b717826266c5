import { globSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import type { Code } from 'mdast';
import remarkFrontmatter from 'remark-frontmatter';
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import { visit } from 'unist-util-visit';
import { alternative, diagramFolder, diagramHash } from '../site/markdown/diagrams.ts';
import { PageFault } from '../site/markdown/place.ts';
import { embedFont } from './diagram-font.ts';
import { contentOf } from './diagram-content.ts';
import { openMermaid, type Theme } from './diagram-mermaid.ts';
import { main } from './lib/main.ts';
import { root } from './lib/paths.ts';
import { report, type Problem } from './lib/problems.ts';

const folder = join(root, diagramFolder);
const themes: Theme[] = ['light', 'dark', 'print'];
/** How much one drawing may weigh, gzipped, in bytes. */
const budget = 15 * 1024;

interface Diagram {
  file: string;
  line: number;
  source: string;
}

/** Find every mermaid fence of the patterns and the paper. */
export function findDiagrams(cwd = root): Diagram[] {
  const found: Diagram[] = [];
  const parser = unified().use(remarkParse).use(remarkFrontmatter);
  for (const file of globSync(['patterns/**/*.md', 'whitepaper/**/*.md'], { cwd }).sort()) {
    visit(parser.parse(readFileSync(join(cwd, file), 'utf8')), 'code', (node: Code) => {
      if (node.lang !== 'mermaid') return;
      found.push({ file, line: node.position?.start.line ?? 1, source: node.value });
    });
  }
  return found;
}

const help = `npm run diagrams [-- --check]   draw every mermaid block into ${diagramFolder}

--check draws them again and compares labels and edges with what is committed`;

await main(async () => {
  const { values } = parseArgs({
    options: { help: { type: 'boolean', short: 'h' }, check: { type: 'boolean' } },
  });
  if (values.help) return console.log(help);
  const problems: Problem[] = [];
  const diagrams = findDiagrams();
  const drawn = new Map<string, string>();
  await using mermaid = await openMermaid();
  for (const { file, line, source } of diagrams) {
    try {
      alternative(source);
      for (const theme of themes) {
        const plain = await mermaid.draw(source, theme);
        const svg = theme === 'print' ? plain : await embedFont(plain);
        const weight = gzipSync(svg).length;
        if (weight > budget) throw new PageFault(`weighs ${weight} bytes gzipped, over ${budget}`);
        drawn.set(`${diagramHash(source)}.${theme}.svg`, svg);
      }
    } catch (error) {
      if (!(error instanceof PageFault)) throw error;
      problems.push({ file, line, text: error.message });
    }
  }
  mkdirSync(folder, { recursive: true });
  const present = readdirSync(folder).filter((name) => name.endsWith('.svg'));
  const stale = problems.length > 0 ? [] : present.filter((name) => !drawn.has(name));
  if (values.check) {
    for (const name of stale)
      problems.push({ file: `${diagramFolder}/${name}`, text: 'no block draws this' });
    for (const [name, svg] of drawn) {
      const path = `${diagramFolder}/${name}`;
      if (!present.includes(name))
        problems.push({ file: path, text: 'not drawn: run npm run diagrams' });
      else if (contentOf(readFileSync(join(root, path), 'utf8')) !== contentOf(svg)) {
        problems.push({
          file: path,
          text: 'labels or edges differ from its block: run npm run diagrams',
        });
      }
    }
  } else if (problems.length === 0) {
    for (const name of stale) rmSync(join(folder, name));
    for (const [name, svg] of drawn) writeFileSync(join(folder, name), svg);
  }
  report('diagrams', diagrams.length, problems);
});
