import { root } from '../../scripts/lib/paths.ts';
import { planes as allPlanes } from '../planes/index.ts';
import { attacks as allAttacks } from '../attacks/index.ts';
import type { Attack, Plane } from '../contracts.ts';
import { claimsOf } from './catalog.ts';
import { judge, tryAttack, type Judgement, type Trial } from './trial.ts';

/** What became of one attack on one plane: tried and judged, or not applicable and why. */
export type Case = { plane: Plane; attack: Attack } & (
  { trial: Trial; judgement: Judgement } | { trial?: undefined; why: string }
);

/** Run attacks on planes, one plane after the other; `progress` hears of each case at its end. */
export async function runCorpus(
  planes: readonly Plane[] = allPlanes,
  attacks: readonly Attack[] = allAttacks,
  progress: (done: Case) => void = () => undefined,
): Promise<Case[]> {
  if (planes.length === 0) throw new Error('no plane to run the corpus on');
  if (attacks.length === 0) throw new Error('the corpus is empty');
  const cases: Case[] = [];
  for (const plane of planes) {
    const claims = claimsOf(plane.patterns, root);
    const running = await plane.start();
    try {
      for (const attack of attacks) {
        const done = await runCase(plane, attack, running, claims);
        cases.push(done);
        progress(done);
      }
    } finally {
      await running.close();
    }
  }
  return cases;
}

async function runCase(
  plane: Plane,
  attack: Attack,
  running: Awaited<ReturnType<Plane['start']>>,
  claims: ReadonlySet<string>,
): Promise<Case> {
  const why = plane.absent[attack.surface];
  if (why !== undefined) return { plane, attack, why };
  const trial = await tryAttack(attack, running);
  return { plane, attack, trial, judgement: judge(attack, trial, claims, plane.answers) };
}

/** Say what is wrong with a case, in lines that name plane and attack. */
export function problemsOf(done: Case): string[] {
  if (done.trial === undefined) return [];
  const { plane, attack, judgement } = done;
  const untrue =
    plane.baseline && judgement.verdict !== 'works' ? ['does not work without a control'] : [];
  return [...untrue, ...judgement.problems].map((text) => `${plane.id}: ${attack.id}: ${text}`);
}
