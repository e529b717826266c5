import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import {
  attacksFile,
  planeFile,
  type AttackRecord,
  type PlaneFile,
  type Verdict,
} from '../../evidence/evidence.ts';
import { SourceFault } from './catalog.ts';

export interface Evidence {
  attacks: AttackRecord[];
  /** The baseline first, then the planes by name. */
  planes: PlaneFile[];
}

/**
 * Read the recorded attacks and verdicts. `root` is the repository's folder. Throws a SourceFault
 * when a file is missing or has another form than evidence.ts says.
 */
export function readEvidence(root: string): Evidence {
  const read = <T>(form: z.ZodType<T>, file: string): T => {
    try {
      return form.parse(JSON.parse(readFileSync(join(root, 'evidence', file), 'utf8')));
    } catch (error) {
      const [issue] = error instanceof z.ZodError ? error.issues : [];
      const what = issue ? `${issue.path.join('.')}: ${issue.message}` : (error as Error).message;
      throw new SourceFault(`evidence/${file}: ${what}: run npm run record`);
    }
  };
  const planes = globSync('planes/*.json', { cwd: join(root, 'evidence') })
    .map((file) => read(planeFile, file))
    .sort((a, b) => Number(b.baseline) - Number(a.baseline) || (a.plane < b.plane ? -1 : 1));
  if (planes.length < 2) throw new SourceFault('evidence/planes: no planes: run npm run record');
  return { attacks: read(attacksFile, 'attacks.json').attacks, planes };
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
