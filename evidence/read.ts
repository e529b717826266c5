import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import {
  attacksFile,
  failuresFile,
  faultsFile,
  flowsFile,
  planeFile,
  type AttackRecord,
  type FailuresFile,
  type FaultsFile,
  type FlowsFile,
  type PlaneFile,
  type Result,
  type Verdict,
} from './evidence.ts';

/** The recorded evidence is missing, incomplete or of another form; the message says where. */
export class EvidenceFault extends Error {}

export interface Evidence {
  attacks: AttackRecord[];
  /** The baseline first, then the planes by name. */
  planes: PlaneFile[];
}

/** Read the recorded attacks and verdicts of the repository at `root`; throws an EvidenceFault. */
export function readEvidence(root: string): Evidence {
  const planes = globSync('planes/*.json', { cwd: join(root, 'evidence') })
    .map((file) => read(root, planeFile, file))
    .sort((a, b) => Number(b.baseline) - Number(a.baseline) || (a.plane < b.plane ? -1 : 1));
  if (planes.length < 2) throw new EvidenceFault('evidence/planes: no planes: run npm run record');
  return { attacks: read(root, attacksFile, 'attacks.json').attacks, planes };
}

function read<T>(root: string, form: z.ZodType<T>, file: string, by = 'npm run record'): T {
  try {
    return form.parse(JSON.parse(readFileSync(join(root, 'evidence', file), 'utf8')));
  } catch (error) {
    const [issue] = error instanceof z.ZodError ? error.issues : [];
    const what = issue ? `${issue.path.join('.')}: ${issue.message}` : (error as Error).message;
    throw new EvidenceFault(`evidence/${file}: ${what}: run ${by}`);
  }
}

/** Read what network policies made of each flow; throws an EvidenceFault. */
export function readFlows(root: string): FlowsFile {
  return read(root, flowsFile, 'flows.json');
}

/** Read what each plane did while a part of it was broken; throws an EvidenceFault. */
export function readFailures(root: string): FailuresFile {
  return read(root, failuresFile, 'failures.json');
}

/** Read how many seeded faults were noticed, and when; throws an EvidenceFault. */
export function readFaults(root: string): FaultsFile {
  return read(root, faultsFile, 'faults.json', 'npm run faults -- --record');
}

/** The result of one attack on one plane; evidence without it is incomplete. */
export function resultOf(plane: PlaneFile, attack: string): Result {
  const found = plane.results.find((result) => result.attack === attack);
  if (found !== undefined) return found;
  throw new EvidenceFault(`evidence/planes/${plane.plane}.json: no result of ${attack}`);
}

/** The order of marks in a cell: what is refused as claimed first. */
const order: Verdict[] = ['refused', 'refused-not-claimed', 'works', 'not-applicable'];

/** What one plane made of some attacks: a cell of the matrix. */
export interface Tally {
  plane: PlaneFile;
  /** One verdict per attack, in the order of the marks. */
  verdicts: Verdict[];
  /** How many work on the baseline, or are refused by a plane, claimed or not. */
  count: number;
  /** How many the plane could be asked. */
  applicable: number;
  /** Why nothing here applies to the plane, when nothing does. */
  why?: string;
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

/** The attacks that at least one plane refuses for the reason it claims: what counts as covered. */
export function refused({ attacks, planes }: Evidence): AttackRecord[] {
  return attacks.filter(({ id }) =>
    planes.some((plane) => !plane.baseline && resultOf(plane, id).verdict === 'refused'),
  );
}
