import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  attacksFile,
  planeFile,
  type AttackRecord,
  type PlaneFile,
  type Verdict,
} from '../../evidence/evidence.ts';

export interface Evidence {
  attacks: AttackRecord[];
  /** The baseline first, then the planes by name. */
  planes: PlaneFile[];
}

/** Read the recorded attacks and verdicts. Throws when a file is missing or has another form. */
export function readEvidence(root: string): Evidence {
  const read = (...path: string[]): unknown =>
    JSON.parse(readFileSync(join(root, 'evidence', ...path), 'utf8'));
  const files = readdirSync(join(root, 'evidence', 'planes'));
  const planes = files.map((file) => planeFile.parse(read('planes', file)));
  planes.sort((a, b) => (a.plane < b.plane ? -1 : 1));
  return {
    attacks: attacksFile.parse(read('attacks.json')).attacks,
    planes: planes.sort((a, b) => Number(b.baseline) - Number(a.baseline)),
  };
}

/** The verdict of one attack on one plane; a plane that was not asked is not applicable. */
export function verdictOf(plane: PlaneFile, attack: AttackRecord): Verdict {
  return plane.results.find((result) => result.attack === attack.id)?.verdict ?? 'not-applicable';
}

/** The attacks that at least one plane refuses for the reason claimed. */
export function refused({ attacks, planes }: Evidence): AttackRecord[] {
  return attacks.filter((attack) =>
    planes.some((plane) => !plane.baseline && verdictOf(plane, attack) === 'refused'),
  );
}
