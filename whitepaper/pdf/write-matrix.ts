import type { Catalog } from '../text/catalog.ts';
import { verdictOf, type Evidence } from '../text/evidence.ts';
import type { AttackRecord, PlaneFile, Verdict } from '../../evidence/evidence.ts';

export const matrixCaption = 'Attacks refused, by group and plane.';

/** The order of marks in a cell: what is refused as claimed first. */
const order: Verdict[] = ['refused', 'refused-not-claimed', 'works', 'not-applicable'];

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
  const verdicts = of
    .map((attack) => verdictOf(plane, attack))
    .sort((a, b) => order.indexOf(a) - order.indexOf(b));
  const { count, color } = tally(plane, of);
  return `(count: [${count}], color: ${color}, marks: (${verdicts.map((v) => `${quote(v)},`).join('')})),`;
}

function total(plane: PlaneFile, of: AttackRecord[]): string {
  const { count, applicable } = tally(plane, of);
  const words = plane.baseline ? 'work' : `of ${applicable}`;
  return `(count: [${count}], color: black, of: [${words}]),`;
}

/** How many work on the baseline, or are refused by a plane; a dash when none applies. */
function tally(plane: PlaneFile, of: AttackRecord[]) {
  const verdicts = of.map((attack) => verdictOf(plane, attack));
  const applicable = verdicts.filter((verdict) => verdict !== 'not-applicable').length;
  const works = verdicts.filter((verdict) => verdict === 'works').length;
  const count = plane.baseline ? works : applicable - works;
  const color = plane.baseline || count === 0 ? 'works' : 'refused';
  return { count: applicable === 0 ? '–' : String(count), applicable, color };
}

function quote(text: string): string {
  return JSON.stringify(text);
}
