import type { AttackRecord } from './evidence.ts';
import { resultOf, type Evidence } from './read.ts';

/** The attacks on one surface: a part of the matrix. */
export interface Section<Group> {
  /** `on a server`: what is attacked. */
  where: string;
  /** A lone row says what is attacked; several have a sum that does. */
  rows: { title: string; group: Group; of: AttackRecord[] }[];
  /** `Attacks on a server`, when there is a sum. */
  sum?: string;
  of: AttackRecord[];
}

/** What a surface is called where a reader meets it. */
const names: Record<string, string> = { client: 'client library' };

/** Split attacks by what is attacked, so that no server is credited with what a client refuses. */
export function sections<Group extends { id: string; title: string }>(
  attacks: readonly AttackRecord[],
  groups: readonly Group[],
): Section<Group>[] {
  return [...new Set(attacks.map(({ surface }) => surface))].map((surface) => {
    const of = attacks.filter((attack) => attack.surface === surface);
    const where = `on a ${names[surface] ?? surface.replaceAll('-', ' ')}`;
    const some = groups
      .map((group) => ({ group, of: of.filter((attack) => attack.group === group.id) }))
      .filter((row) => row.of.length > 0);
    const lone = some.length === 1;
    const rows = some.map((row) => {
      const { title } = row.group;
      return { ...row, title: lone ? `${title}, ${where}` : title };
    });
    return { where, rows, of, ...(!lone && { sum: `Attacks ${where}` }) };
  });
}

/** Say below the matrix why a plane has a dash: one sentence for each reason. */
export function dashes({ attacks, planes }: Evidence): string {
  const reasons = new Map<string, string[]>();
  for (const plane of planes) {
    const whys = attacks
      .map(({ id }) => resultOf(plane, id).why)
      .filter((why) => why !== undefined);
    for (const why of new Set(whys)) {
      reasons.set(why, [...(reasons.get(why) ?? []), plane.plane]);
    }
  }
  return [...reasons].map(([why, of]) => `${of.join(', ')}: ${why}.`).join(' ');
}
