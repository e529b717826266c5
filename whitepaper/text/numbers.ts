import type { Catalog } from './catalog.ts';
import { refused, tally, type Evidence } from '../../evidence/read.ts';

const words = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

/**
 * The numbers that the text may name, up to ten in words: `{{attacks}}`, `{{refused typescript}}`;
 * `{{all refused}}` says "all" when it is every attack.
 */
export function numbers(
  evidence: Evidence,
  { recommendations }: Catalog,
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
    ...['server', 'client'].map((surface): [string, number] => [
      `refused on a ${surface}`,
      refused(evidence).filter((attack) => attack.surface === surface).length,
    ]),
    ...planes.map((plane): [string, number] => [
      `${plane.baseline ? 'works' : 'refused'} ${plane.plane}`,
      tally(plane, attacks).count,
    ]),
  ];
  const others = enforcing.filter(({ plane }) => !plane.startsWith('typescript')).length;
  const products = `${words[others] ?? others} third-party product${others > 1 ? 's' : ''}`;
  return new Map([
    ['release', release],
    ['third-party products', products],
    ...counts.flatMap(([name, count]): [string, string][] => {
      const value = words[count] ?? String(count);
      return [
        [name, value],
        [`all ${name}`, count === attacks.length ? 'all' : value],
      ];
    }),
  ]);
}
