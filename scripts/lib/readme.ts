import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { attacksFile, planeFile, type PlaneFile } from '../../evidence/evidence.ts';
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

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(join(root, 'evidence', path), 'utf8'));
}

/** The matrix as a Markdown table: a row for each attack group, a column for each plane. */
function matrix(): string[] {
  const { attacks } = attacksFile.parse(readJson('attacks.json'));
  const planes = readdirSync(join(root, 'evidence', 'planes'))
    .map((file) => planeFile.parse(readJson(`planes/${file}`)))
    .sort((a, b) => Number(b.baseline) - Number(a.baseline) || a.plane.localeCompare(b.plane));
  const groups = parse(
    readFileSync(join(root, 'whitepaper', 'catalog', 'groups.yaml'), 'utf8'),
  ) as { id: string; title: string }[];
  const row = (title: string, ids: string[]) => [title, ...planes.map((plane) => cell(plane, ids))];
  const table = [
    ['Attacks', ...planes.map((p) => `${p.baseline ? 'work on' : 'refused by'} \`${p.plane}\``)],
    ['---', ...planes.map(() => '--:')],
    ...groups.map(({ id, title }) =>
      row(
        title,
        attacks.filter(({ group }) => group === id).map((attack) => attack.id),
      ),
    ),
    row(
      '**All**',
      attacks.map(({ id }) => id),
    ),
  ];
  return table.map((cells) => `| ${cells.join(' | ')} |`);
}

function cell(plane: PlaneFile, ids: string[]): string {
  const results = plane.results.filter((result) => ids.includes(result.attack));
  const asked = results.filter((result) => result.verdict !== 'not-applicable');
  if (asked.length === 0) return '–';
  const wanted = plane.baseline ? 'works' : 'refused';
  return `${asked.filter((result) => result.verdict === wanted).length} of ${asked.length}`;
}
