import type { AttackRecord } from './evidence.ts';
import { resultOf, type Evidence } from './read.ts';

/** The attacks on one surface: a part of the matrix with a sum of its own. */
export interface Section<Group> {
  surface: string;
  /** `Attacks on a server`: what its sum is called. */
  title: string;
  rows: { group: Group; of: AttackRecord[] }[];
  of: AttackRecord[];
}

/** What a surface is called where a reader meets it. */
const names: Record<string, string> = { client: 'client library' };

/** Split attacks by what is attacked, so that no server is credited with what a client refuses. */
export function sections<Group extends { id: string }>(
  attacks: readonly AttackRecord[],
  groups: readonly Group[],
): Section<Group>[] {
  return [...new Set(attacks.map(({ surface }) => surface))].map((surface) => {
    const of = attacks.filter((attack) => attack.surface === surface);
    const rows = groups
      .map((group) => ({ group, of: of.filter((attack) => attack.group === group.id) }))
      .filter((row) => row.of.length > 0);
    return { surface, title: `Attacks on a ${nameOf(surface)}`, rows, of };
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

function nameOf(surface: string): string {
  return names[surface] ?? surface.replaceAll('-', ' ');
}
