import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Catalog } from '../../whitepaper/text/catalog.ts';
import { root } from './paths.ts';
import type { Problem } from './problems.ts';

const paper = 'whitepaper/paper.md';
const recommendations = 'whitepaper/catalog/recommendations.yaml';
const references = 'whitepaper/catalog/references.yaml';

/** What is wrong between the paper and the catalog's identifiers: citations, pulls, mentions, exhibits. */
export function paperProblems(ids: Record<keyof Catalog, string[]>): Problem[] {
  return [...checkCitations(ids.references), ...checkMentions(ids), ...checkExhibits()];
}

/** Every match of a pattern with its place. */
function find(file: string, pattern: RegExp) {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(pattern)].map((match) => ({
    file,
    line: text.slice(0, match.index).split('\n').length,
    whole: match[0],
    name: match[1] ?? '',
  }));
}

/** A citation has a reference, and a reference is cited. */
function checkCitations(known: string[]): Problem[] {
  const cited = [paper, recommendations].flatMap((file) =>
    find(file, /\[@[^\]]+\]/g).flatMap(({ line, whole }) =>
      [...whole.matchAll(/@([a-z0-9-]+)/g)].map(([, id = '']) => ({ file, line, id })),
    ),
  );
  const missing = cited
    .filter(({ id }) => !known.includes(id))
    .map(({ file, line, id }) => ({
      file,
      line,
      text: `"${id}" is cited and not in references.yaml`,
    }));
  const idle = known
    .filter((id) => !cited.some((citation) => citation.id === id))
    .map((id) => {
      const [place] = find(references, new RegExp(`^- id: ${id}$`, 'gm'));
      return {
        file: references,
        line: place?.line ?? 1,
        text: `"${id}" is never cited: remove it`,
      };
    });
  return [...missing, ...idle];
}

/** Each recommendation is pulled once and in order; whatever else the text names exists. */
function checkMentions(ids: Record<keyof Catalog, string[]>): Problem[] {
  const pulls = find(paper, /^\[(R-\d+)\]\(catalog\/recommendations\.yaml\)$/gm);
  const pulled = pulls.map(({ name }) => name);
  const wrong = ids.recommendations
    .filter((id) => pulled.filter((other) => other === id).length !== 1)
    .map((id) => ({ file: paper, text: `${id} must stand in the paper exactly once` }));
  const disorder = pulls
    .filter(({ name }, index) => index > 0 && name < (pulled[index - 1] ?? ''))
    .map(({ file, line, name }) => ({ file, line, text: `${name} stands after a higher number` }));
  const known = new Set([...ids.recommendations, ...ids.threats, ...ids.criteria]);
  const unknown = find(paper, /\b((?:R|MT)-\d+|C\d+)\b/g)
    .filter(({ name }) => !known.has(name))
    .map(({ file, line, name }) => ({ file, line, text: `"${name}" is not in the catalog` }));
  return [...wrong, ...disorder, ...unknown];
}

/** Tables and figures are numbered in their order, and the text refers to each. */
function checkExhibits(): Problem[] {
  const captions = find(paper, /^\*\*Table (\d+)\.\*\*/gm);
  const figures = find(paper, /^(?:```mermaid|<!-- matrix -->)$/gm);
  const problems: Problem[] = [];
  captions.forEach(({ file, line, name }, index) => {
    if (Number(name) === index + 1) return;
    problems.push({ file, line, text: `Table ${name} is the ${index + 1}. table: number it so` });
  });
  for (const [kind, count] of [
    ['Table', captions.length],
    ['Figure', figures.length],
  ] as const) {
    const mentions = find(paper, new RegExp(`(?<!\\*\\*)${kind} (\\d+)`, 'g'));
    for (let number = 1; number <= count; number += 1) {
      if (mentions.some(({ name }) => Number(name) === number)) continue;
      problems.push({ file: paper, text: `no sentence refers to ${kind} ${number}` });
    }
    for (const { file, line, name } of mentions) {
      if (Number(name) <= count) continue;
      problems.push({ file, line, text: `there is no ${kind} ${name}: the paper has ${count}` });
    }
  }
  return problems;
}
