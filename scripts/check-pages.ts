// Sixteen more patterns will be written by other hands; a reader who has seen one page must find
// their way on every other. This holds each page to the house form of CONTRIBUTING.md.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toString } from 'mdast-util-to-string';
import remarkFrontmatter from 'remark-frontmatter';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import { main } from './lib/main.ts';
import { root } from './lib/paths.ts';
import { report, type Problem } from './lib/problems.ts';

const headings = [
  'What it protects against',
  'How it works',
  'Apply it',
  'Run it',
  'What is refused',
  'Trade-offs and alternatives',
  'What it does not fix',
  'Operate it',
  'References',
];
const underApply = [
  'With a server or identity provider of your own',
  'With a server that speaks 2025-11-25',
];

/** Hold one page to the house form. */
function checkPage(file: string): Problem[] {
  const problems: Problem[] = [];
  const add = (text: string, line?: number) => problems.push({ file, text, ...(line && { line }) });
  const source = readFileSync(join(root, file), 'utf8');
  const { children } = unified()
    .use(remarkParse)
    .use(remarkFrontmatter)
    .use(remarkGfm)
    .parse(source);
  const body = children.filter((node) => node.type !== 'yaml');

  const [lead, diagram, strip] = body;
  if (lead?.type !== 'paragraph')
    add('begins with the threat: a paragraph', lead?.position?.start.line);
  else {
    const sentences = toString(lead).split(/(?<=[.?!])\s+(?=[A-Z])/).length;
    if (sentences !== 2)
      add(`the threat takes ${sentences} sentences, not two`, lead.position?.start.line);
  }
  if (diagram?.type !== 'code' || diagram.lang !== 'mermaid') {
    add('the diagram comes after the threat', diagram?.position?.start.line);
  }
  if (strip?.type !== 'html' || strip.value !== '<!-- strip -->') {
    add('<!-- strip --> comes after the diagram', strip?.position?.start.line);
  }

  const found = body.filter((node) => node.type === 'heading');
  const second = found.filter((node) => node.depth === 2).map((node) => toString(node));
  for (const [index, title] of headings.entries()) {
    if (second[index] === title) continue;
    add(`heading ${index + 1} is "${second[index] ?? 'missing'}", not "${title}"`);
    break;
  }
  if (second.length > headings.length)
    add(`"${second[headings.length]}" is not a heading of the form`);
  const apply = found.findIndex((node) => toString(node) === 'Apply it');
  const next = found.findIndex((node, index) => index > apply && node.depth === 2);
  const third = found.slice(apply + 1, next).map((node) => toString(node));
  for (const title of underApply) {
    if (!third.includes(title)) add(`"Apply it" lacks the heading "${title}"`);
  }
  for (const [kind, pattern] of [
    ['a manifest', /file=manifests\//],
    ['TypeScript', /file=patterns\/[^\s#]+\.ts/],
    ['a recorded output', /output=/],
    ['its attacks', /^<!-- attacks -->$/m],
  ] as const) {
    if (!pattern.test(source)) add(`shows no ${kind}`.replace('no a ', 'no '));
  }
  return problems;
}

await main(() => {
  const pages = globSync('patterns/*/index.md', { cwd: root }).sort();
  report('pattern pages', pages.length, pages.flatMap(checkPage));
});
