import type { Catalog } from '../text/catalog.ts';
import type { AttackRecord, PlaneFile } from '../../evidence/evidence.ts';
import { tally, type Evidence } from '../../evidence/read.ts';

export const matrixCaption = 'Attacks refused, by group and plane.';

/** Write the call that draws attack groups against planes; `recorded` says with which release. */
export function writeMatrix(
  { attacks, planes }: Evidence,
  groups: Catalog['groups'],
  recorded: string,
): string {
  const rows = groups.flatMap(({ id, title }) => {
    const of = attacks.filter(({ group }) => group === id);
    if (of.length === 0) return [];
    return [
      `(title: ${quote(title)}, cells: (${planes.map((plane) => cell(plane, of)).join('')}))`,
    ];
  });
  const heads = planes.map(({ plane, kind }) => `(name: ${quote(plane)}, kind: ${quote(kind)})`);
  const totals = planes.map((plane) => total(plane, attacks));
  const key =
    '[#mark("refused") refused, for the reason claimed #h(6pt) #mark("refused-not-claimed") refused, ' +
    'not claimed #h(6pt) #mark("works") works #h(6pt) #mark("not-applicable") not applicable ' +
    `#h(6pt) ${recorded}]`;
  return `matrix((${heads.join(', ')},), (${rows.join(', ')},), (${totals.join('')}), ${key})`;
}

function cell(plane: PlaneFile, of: AttackRecord[]): string {
  const { verdicts, count, applicable } = tally(plane, of);
  const color = plane.baseline || count === 0 ? 'works' : 'refused';
  const marks = verdicts.map((verdict) => `${quote(verdict)},`).join('');
  return `(count: [${applicable === 0 ? '–' : count}], color: ${color}, marks: (${marks})),`;
}

function total(plane: PlaneFile, of: AttackRecord[]): string {
  const { count, applicable } = tally(plane, of);
  const words = plane.baseline ? 'work' : `of ${applicable}`;
  return `(count: [${count}], color: black, of: [${words}]),`;
}

function quote(text: string): string {
  return JSON.stringify(text);
}
