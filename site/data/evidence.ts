import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  attacksFile,
  planeFile,
  type AttackRecord,
  type PlaneFile,
  type Result,
  type Verdict,
} from '../../evidence/evidence.ts';
import { root } from './project.ts';

const folder = join(root, 'evidence');
const json = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

export const attacks: AttackRecord[] = attacksFile.parse(
  json(join(folder, 'attacks.json')),
).attacks;

/** Every plane, the baseline first. */
export const planes: PlaneFile[] = readdirSync(join(folder, 'planes'))
  .filter((name) => name.endsWith('.json'))
  .map((name) => planeFile.parse(json(join(folder, 'planes', name))))
  .sort((a, b) => Number(b.baseline) - Number(a.baseline) || a.plane.localeCompare(b.plane, 'en'));

/** The order of marks in a cell: what is refused as claimed first. */
const order: Verdict[] = ['refused', 'refused-not-claimed', 'works', 'not-applicable'];

/** What one plane made of some attacks. */
export interface Tally {
  plane: PlaneFile;
  /** One verdict per attack, in the order of the marks. */
  verdicts: Verdict[];
  /** How many work on the baseline, or are refused by a plane. */
  count: number;
  /** How many the plane could be asked. */
  applicable: number;
  /** Why nothing here applies to the plane, when nothing does. */
  why?: string;
}

/** Return the result of one attack on one plane; evidence without it is incomplete. */
export function resultOf(plane: PlaneFile, attack: string): Result {
  const found = plane.results.find((result) => result.attack === attack);
  if (found === undefined) {
    throw new Error(`evidence/planes/${plane.plane}.json: no result of the attack ${attack}`);
  }
  return found;
}

/** Count what one plane made of some attacks. */
export function tally(plane: PlaneFile, of: readonly AttackRecord[]): Tally {
  const results = of.map((attack) => resultOf(plane, attack.id));
  const verdicts = results
    .map((result) => result.verdict)
    .sort((a, b) => order.indexOf(a) - order.indexOf(b));
  const applicable = verdicts.filter((verdict) => verdict !== 'not-applicable').length;
  const works = verdicts.filter((verdict) => verdict === 'works').length;
  return {
    plane,
    verdicts,
    applicable,
    count: plane.baseline ? works : applicable - works,
    ...(applicable === 0 ? { why: results[0]?.why ?? 'not applicable' } : {}),
  };
}

/** Return the attacks of one group, in the order of the corpus. */
export function attacksOf(group: string): AttackRecord[] {
  return attacks.filter((attack) => attack.group === group);
}

/** Return the planes that a pattern is part of. */
export function planesOf(pattern: string): PlaneFile[] {
  return planes.filter((plane) => plane.patterns.includes(pattern));
}

/** Say in words what a cell shows, for a reader who does not see the marks. */
export function inWords({ plane, applicable, why }: Tally): string {
  if (applicable === 0) return `not applicable to ${plane.plane}: ${why}`;
  return `of ${applicable} ${plane.baseline ? 'work on' : 'refused by'} ${plane.plane}`;
}
