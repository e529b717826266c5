import type { AttackRecord, PlaneFile } from '../../evidence/evidence.ts';
import { readEvidence, refused, type Tally } from '../../evidence/read.ts';
import { root } from './project.ts';

const evidence = readEvidence(root);

export const { attacks, planes } = evidence;

/** The attacks that at least one plane refuses for the reason it claims. */
export const covered: ReadonlySet<AttackRecord> = new Set(refused(evidence));

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
