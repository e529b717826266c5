import { styleText } from 'node:util';
import { describe, mending, verdicts, type Report, type Row } from './report.ts';

const titles = {
  passed: 'passed: the server executed the call',
  unclear: 'could not be judged',
  refused: 'refused, and the same call without the fault was executed',
  'not-sent': 'not sent: a valid token is not enough',
} as const;
const colours = { passed: 'red', unclear: 'yellow', refused: 'green', 'not-sent': 'dim' } as const;

/** A report for a terminal. */
export function toText(report: Report): string {
  return [
    ...describe(report),
    ...verdicts.flatMap((verdict) => {
      const rows = report.findings.filter((row) => row.verdict === verdict);
      if (rows.length === 0) return [];
      const title = `${titles[verdict]} (${rows.length})`;
      return ['', style(colours[verdict], title), ...section(verdict, rows)];
    }),
    '',
    summary(report),
    ...mending(report).map((page) => `what passed is refused by ${page}: see its index.md`),
  ].join('\n');
}

function section(verdict: Row['verdict'], rows: Row[]): string[] {
  if (verdict === 'not-sent') return byReason(rows).flatMap(([why, ids]) => wrap(why, ids));
  const width = Math.max(...rows.map(({ attack }) => attack.length));
  return rows.flatMap(({ attack, why, remark }) => [
    `  ${attack.padEnd(width)}  ${why}`,
    ...(remark === undefined ? [] : [`  ${' '.repeat(width)}  ${remark}`]),
  ]);
}

/** The attacks that were not sent, by what they would take. */
export function byReason(rows: readonly Row[]): [why: string, ids: string[]][] {
  const reasons = Map.groupBy(rows, ({ why }) => why);
  return [...reasons].map(([why, some]) => [why, some.map(({ attack }) => attack)]);
}

/** The counts in one line. */
export function summary({ counts, requests }: Report): string {
  const { passed, unclear, refused } = counts;
  return `${refused} refused, ${passed} passed, ${unclear} not judged, ${counts['not-sent']} not sent; ${requests} requests`;
}

function wrap(why: string, ids: string[]): string[] {
  const lines = [`  ${why} (${ids.length})`];
  let line = '   ';
  for (const id of ids) {
    if (line.length + id.length > 78) {
      lines.push(line);
      line = '   ';
    }
    line += ` ${id}`;
  }
  return [...lines, line];
}

function style(format: 'red' | 'yellow' | 'green' | 'dim', text: string): string {
  return styleText(format, text, { stream: process.stdout });
}
