import type { Catalog } from '../text/catalog.ts';
import type { AttackRecord, PlaneFile } from '../../evidence/evidence.ts';
import { tally, type Evidence } from '../../evidence/read.ts';
import { dashes, sections } from '../../evidence/sections.ts';

export const matrixCaption = 'Attacks refused, by group and plane.';

/** Write the call that draws attack groups against planes; `recorded` says with which release. */
export function writeMatrix(
  evidence: Evidence,
  groups: Catalog['groups'],
  recorded: string,
): string {
  const { attacks, planes } = evidence;
  const parts = sections(attacks, groups).map(({ rows, sum, of }) => {
    const cells = rows.map(
      (row) =>
        `(title: ${quote(row.title)}, cells: (${planes.map((plane) => cell(plane, row.of)).join('')}))`,
    );
    const sums = planes.map((plane) => total(plane, of)).join('');
    const rest = sum === undefined ? 'none' : `(title: ${quote(sum)}, counts: (${sums}))`;
    return `(rows: (${cells.join(', ')},), sum: ${rest})`;
  });
  const heads = planes.map(({ plane, kind }) => `(name: ${quote(plane)}, kind: ${quote(kind)})`);
  const key =
    '[#mark("refused") refused, for the reason claimed #h(6pt) #mark("refused-not-claimed") refused, ' +
    'not claimed #h(6pt) #mark("works") works #h(6pt) #mark("not-applicable") not applicable ' +
    `#h(6pt) ${recorded} #linebreak() ${dashes(evidence)}]`;
  return `matrix((${heads.join(', ')},), (${parts.join(', ')},), ${key})`;
}

function cell(plane: PlaneFile, of: AttackRecord[]): string {
  const { verdicts, count, applicable } = tally(plane, of);
  if (applicable === 0) return '(count: [–], color: ink-2, marks: ()),';
  const color = plane.baseline || count === 0 ? 'works' : 'refused';
  const marks = verdicts.map((verdict) => `${quote(verdict)},`).join('');
  return `(count: [${count}], color: ${color}, marks: (${marks})),`;
}

function total(plane: PlaneFile, of: AttackRecord[]): string {
  const { count, applicable } = tally(plane, of);
  const words = applicable === 0 ? '' : plane.baseline ? 'work' : `of ${applicable}`;
  return `(count: [${applicable === 0 ? '–' : count}], color: black, of: [${words}]),`;
}

function quote(text: string): string {
  return JSON.stringify(text);
}
