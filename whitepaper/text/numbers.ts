import type { Catalog } from './catalog.ts';
import { refused, tally, type Evidence } from '../../evidence/read.ts';
import { sections } from '../../evidence/sections.ts';

const words = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

/**
 * The numbers that the text may name, up to ten in words: `{{attacks}}`, `{{refused typescript}}`;
 * `{{all refused}}` says "all" when it is every attack.
 */
export function numbers(
  evidence: Evidence,
  { groups, recommendations }: Catalog,
  release: string,
): Map<string, string> {
  const { attacks, planes } = evidence;
  const enforcing = planes.filter(({ baseline }) => !baseline);
  const counts: [string, number][] = [
    ['attacks', attacks.length],
    ['groups', new Set(attacks.map(({ group }) => group)).size],
    ['planes', enforcing.length],
    ['refused', refused(evidence).length],
    ['recommendations', recommendations.length],
    ...planes.map((plane): [string, number] => [
      `${plane.baseline ? 'works' : 'refused'} ${plane.plane}`,
      tally(plane, attacks).count,
    ]),
  ];
  const counted = refused(evidence);
  const parts = sections(counted, groups).map(({ where, of }) => `${of.length} ${where}`);
  return new Map([
    ['release', release],
    ['refused by what is attacked', listed(parts)],
    ['columns', enforcing.map(({ title }) => title).join('; ')],
    ...counts.flatMap(([name, count]): [string, string][] => {
      const value = words[count] ?? String(count);
      return [
        [name, value],
        [`all ${name}`, count === attacks.length ? 'all' : value],
      ];
    }),
  ]);
}

/** "a, b and c". */
function listed(parts: string[]): string {
  return parts.join(', ').replace(/, ([^,]*)$/, ' and $1');
}
