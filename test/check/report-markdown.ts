import { describe, mending, verdicts, type Report, type Row } from './report.ts';
import { byReason, summary } from './report-text.ts';

/** A report for an issue or a wiki. */
export function toMarkdown(report: Report): string {
  const judged = verdicts.slice(0, 3).flatMap((verdict) => {
    return report.findings.filter((row) => row.verdict === verdict).map(toLine);
  });
  const notSent = report.findings.filter(({ verdict }) => verdict === 'not-sent');
  return [
    `# Check of ${escape(report.url)}`,
    '',
    describe(report).map(escape).join(' '),
    '',
    `**${summary(report)}**`,
    '',
    '| Attack | Result | Answer | Refused by |',
    '| --- | --- | --- | --- |',
    ...judged,
    '',
    `## Not sent`,
    '',
    ...byReason(notSent).map(([why, ids]) => `- ${escape(why)}: ${ids.join(', ')}`),
    ...(mending(report).length === 0
      ? []
      : ['', `What passed is refused by ${mending(report).join(', ')}.`]),
  ].join('\n');
}

const words = { passed: '**passed**', unclear: 'not judged', refused: 'refused', 'not-sent': '' };

function toLine({ attack, title, verdict, why, remark, mends }: Row): string {
  const answer = remark === undefined ? why : `${why}; ${remark}`;
  const cells = [`${title} (${attack})`, words[verdict], escape(answer), mends.join(', ')];
  return `| ${cells.join(' | ')} |`;
}

/** Keep what a server says from being read as Markdown or HTML. */
function escape(text: string): string {
  return text.replaceAll(/[\\`*_[\]<>|#!&~]/g, (sign) => `\\${sign}`);
}
