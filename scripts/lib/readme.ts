import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { AttackRecord, PlaneFile } from '../../evidence/evidence.ts';
import { readEvidence, tally } from '../../evidence/read.ts';
import { sections } from '../../evidence/sections.ts';
import { Mistake } from './main.ts';
import { root } from './paths.ts';

const begin = '<!-- matrix: written by npm run record -->\n';
const end = '<!-- /matrix -->';

/** The README as it is, and with the result table that the evidence gives. */
export function renderReadme(): { is: string; ought: string; line: number; rows: number } {
  const is = readFileSync(join(root, 'README.md'), 'utf8');
  const from = is.indexOf(begin) + begin.length;
  const to = is.indexOf(end);
  if (from < begin.length || to < from) {
    throw new Mistake(`README.md: write ${begin.trim()} and ${end} where the result table belongs`);
  }
  const rows = matrix();
  const ought = `${is.slice(0, from)}\n${rows.join('\n')}\n\n${is.slice(to)}`;
  return { is, ought, line: is.slice(0, from).split('\n').length, rows: rows.length };
}

/** The matrix as a Markdown table: a row for each attack group, a column for each plane. */
function matrix(): string[] {
  const { attacks, planes } = readEvidence(root);
  const groups = parse(
    readFileSync(join(root, 'whitepaper', 'catalog', 'groups.yaml'), 'utf8'),
  ) as { id: string; title: string }[];
  const row = (title: string, of: AttackRecord[]) => [title, ...planes.map((p) => cell(p, of))];
  const table = [
    ['Attacks', ...planes.map((p) => `${p.baseline ? 'work on' : 'refused by'} \`${p.plane}\``)],
    ['---', ...planes.map(() => '--:')],
    ...sections(attacks, groups).flatMap(({ rows, sum, of }) => [
      ...rows.map(({ title, of: some }) => row(title, some)),
      ...(sum === undefined ? [] : [row(`**${sum}**`, of)]),
    ]),
  ];
  return table.map((cells) => `| ${cells.join(' | ')} |`);
}

function cell(plane: PlaneFile, of: AttackRecord[]): string {
  const { count, applicable } = tally(plane, of);
  return applicable === 0 ? '–' : `${count} of ${applicable}`;
}
