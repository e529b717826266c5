import { styleText } from 'node:util';
import type { Verdict } from '../../evidence/evidence.ts';
import { groups } from '../attacks/index.ts';
import type { Case } from './run-corpus.ts';

type Style = (format: 'green' | 'yellow' | 'bold' | 'dim', text: string) => string;

/** Colour on a terminal that wants it: not when piped, not with `NO_COLOR`. */
export const style: Style = (format, text) => styleText(format, text, { stream: process.stdout });

/** Print groups against planes: how many were refused, and how many worked, in each. */
export function matrix(cases: readonly Case[]): string[] {
  const planes = [...new Set(cases.map(({ plane }) => plane))];
  const rows = Object.entries(groups)
    .map(([group, attacks]): [string, Case[]] => [
      group,
      cases.filter(({ attack }) => attacks.includes(attack)),
    ])
    .filter(([, some]) => some.length > 0);
  const total: [string, Case[]] = ['total', [...cases]];
  const first = Math.max(...rows.map(([group]) => group.length), total[0].length);
  const columns = planes.map(({ id }) => Math.max(id.length, 'not applicable'.length));
  const line = (cells: string[], name: string): string =>
    `${name.padEnd(first)}  ${cells.join('  ')}`.trimEnd();
  return [
    line(
      planes.map(({ id }, index) => id.padEnd(columns[index] ?? 0)),
      '',
    ),
    ...[...rows, total].map(([group, some]) =>
      line(
        planes.map((plane, index) => {
          const [format, text] = cell(some.filter((each) => each.plane === plane));
          return style(format, text.padEnd(columns[index] ?? 0));
        }),
        group,
      ),
    ),
  ];
}

function cell(cases: readonly Case[]): ['green' | 'yellow' | 'dim', string] {
  const count = (verdict: Verdict): number =>
    cases.filter((each) => verdictOf(each) === verdict).length;
  const refused = count('refused') + count('refused-not-claimed');
  const asked = cases.length - count('not-applicable');
  if (asked === 0) return ['dim', 'not applicable'];
  if (refused === 0) return ['yellow', `${asked} work`];
  const all = refused === asked;
  return [all ? 'green' : 'yellow', all ? `${refused} refused` : `${refused} of ${asked} refused`];
}

/** What became of a case, in the word that the evidence uses. */
export function verdictOf(done: Case): Verdict {
  return done.trial === undefined ? 'not-applicable' : done.judgement.verdict;
}

/** Print one case: what was sent, what came back, and the same for its twin. */
export function exchange(done: Case): string[] {
  const { plane, attack, trial } = done;
  const head = [style('bold', `${attack.id} on ${plane.id}: ${verdictOf(done)}`), attack.title];
  if (trial === undefined) return [...head, done.why, ''];
  const differs = (own: string[], other: string[]): string[] =>
    own.map((text) => (other.includes(text) ? `  ${text}` : style('bold', `> ${text}`)));
  const indent = (lines: string[]): string[] => lines.map((text) => `  ${text}`);
  const { sent } = trial;
  return [
    ...head,
    '',
    'attack',
    ...differs(sent.attack, sent.twin),
    '',
    ...indent(trial.attack.answer),
    `  effect: ${trial.attack.effect ?? 'none'}`,
    '',
    'twin, the one fault mended',
    ...differs(sent.twin, sent.attack),
    '',
    ...indent(trial.twin.answer),
    `  effect: ${trial.twin.effect ?? 'none'}`,
    '',
  ];
}
