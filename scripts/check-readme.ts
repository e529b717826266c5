// A result table copied by hand is wrong after the next run. This one is made from the evidence;
// `--write` (npm run record) puts it into the README.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { attacksFile, planeFile, type PlaneFile } from '../evidence/evidence.ts';
import { main } from './lib/main.ts';
import { root } from './lib/paths.ts';
import { report, type Problem } from './lib/problems.ts';

const readme = join(root, 'README.md');
const begin = '<!-- matrix: written by npm run record -->\n';
const end = '<!-- /matrix -->';

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(join(root, 'evidence', path), 'utf8'));
}

/** The matrix as a Markdown table: a row for each attack group, a column for each plane. */
function matrix(): { table: string; rows: number } {
  const { attacks } = attacksFile.parse(readJson('attacks.json'));
  const planes = readdirSync(join(root, 'evidence', 'planes'))
    .map((file) => planeFile.parse(readJson(`planes/${file}`)))
    .sort((a, b) => Number(b.baseline) - Number(a.baseline) || a.plane.localeCompare(b.plane));
  const groups = parse(
    readFileSync(join(root, 'whitepaper', 'catalog', 'groups.yaml'), 'utf8'),
  ) as { id: string; title: string }[];
  const heads = planes.map((p) => `${p.baseline ? 'works on' : 'refused by'} \`${p.plane}\``);
  const rows = groups.map(({ id, title }) => {
    const ids = attacks.filter((attack) => attack.group === id).map((attack) => attack.id);
    return [title, ...planes.map((plane) => cell(plane, ids))];
  });
  rows.push([
    '**All**',
    ...planes.map((plane) =>
      cell(
        plane,
        attacks.map((a) => a.id),
      ),
    ),
  ]);
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  const rule = ['---', ...planes.map(() => '--:')];
  const table = [line(['Attacks', ...heads]), line(rule), ...rows.map(line)].join('\n');
  return { table, rows: rows.length };
}

function cell(plane: PlaneFile, ids: string[]): string {
  const results = plane.results.filter((result) => ids.includes(result.attack));
  const asked = results.filter((result) => result.verdict !== 'not-applicable');
  if (asked.length === 0) return '–';
  const wanted = plane.baseline ? 'works' : 'refused';
  return `${asked.filter((result) => result.verdict === wanted).length} of ${asked.length}`;
}

await main(() => {
  const text = readFileSync(readme, 'utf8');
  const from = text.indexOf(begin) + begin.length;
  const to = text.indexOf(end);
  const { table, rows } = matrix();
  const made = `${text.slice(0, from)}\n${table}\n\n${text.slice(to)}`;
  if (process.argv.includes('--write')) return writeFileSync(readme, made);
  const problems: Problem[] = [];
  if (from < begin.length || to < from) {
    problems.push({ file: 'README.md', text: 'the two matrix comments are missing' });
  } else if (made !== text) {
    const line = text.slice(0, from).split('\n').length;
    problems.push({ file: 'README.md', line, text: 'not what the evidence says: npm run record' });
  }
  report('rows of the result table', rows, problems);
});
