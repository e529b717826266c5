import { isDeepStrictEqual } from 'node:util';
import type { Verdict } from '../../evidence/evidence.ts';
import type {
  Attack,
  AttackOn,
  Outcome,
  Plane,
  RunningPlane,
  Surface,
  SurfaceId,
} from '../contracts.ts';
import { client } from '../surfaces/client.ts';
import { network } from '../surfaces/network.ts';
import { server } from '../surfaces/server.ts';

/** An attack and its twin, sent to the same plane in the same run. */
export interface Trial {
  attack: Outcome;
  twin: Outcome;
  /** What was sent, as text. */
  sent: { attack: string[]; twin: string[] };
}

/** Send an attack and its twin; a plane that lacks the surface cannot be asked. */
export async function tryAttack(attack: Attack, { targets }: RunningPlane): Promise<Trial> {
  switch (attack.surface) {
    case 'server':
      return send(server, attack, present(targets.server, attack));
    case 'client':
      return send(client, attack, present(targets.client, attack));
    case 'network':
      return send(network, attack, present(targets.network, attack));
  }
}

function present<Target>(target: Target | undefined, { id, surface }: Attack): Target {
  if (target !== undefined) return target;
  throw new Error(
    `${id}: the plane says nothing about the surface "${surface}" and did not start it`,
  );
}

async function send<Exchange, Target>(
  surface: Surface<Exchange, Target>,
  attack: AttackOn<SurfaceId, Exchange, Target>,
  target: Target,
): Promise<Trial> {
  const exchange = await surface.legitimate(target, attack.from);
  await attack.given?.(target);
  attack.change(exchange, target);
  const lines = surface.lines(exchange, target);
  const outcome = await surface.run(exchange, target);
  const mended = await surface.legitimate(target, attack.from);
  attack.twin?.(mended, target);
  const twinLines = surface.lines(mended, target);
  const twin = await surface.run(mended, target);
  return { attack: outcome, twin, sent: { attack: lines, twin: twinLines } };
}

/** What a trial shows, and what is wrong when it shows something else than was claimed. */
export interface Judgement {
  verdict: Verdict;
  problems: string[];
}

/**
 * Judge a trial: by effects, and by the exact answer where the plane claims the attack or names its
 * own answer.
 */
export function judge(
  attack: Attack,
  trial: Trial,
  claims: ReadonlySet<string>,
  answers: Plane['answers'] = {},
): Judgement {
  const claimed = attack.criteria.every((criterion) => claims.has(criterion));
  const problems: string[] = [];
  if (!trial.twin.ok || trial.twin.effect === undefined) {
    problems.push(`the twin did not succeed: ${trial.twin.status} ${trial.twin.reason}`);
  }
  if (trial.attack.effect !== undefined) {
    if (claimed || attack.id in answers) {
      problems.push(`not refused, although claimed: ${trial.attack.reason}`);
    }
    return { verdict: 'works', problems };
  }
  const refused = answers[attack.id] ?? (claimed ? attack.refused : undefined);
  if (refused !== undefined && !isDeepStrictEqual({ ...trial.attack.refusal }, { ...refused })) {
    problems.push(
      `refused with ${JSON.stringify(trial.attack.refusal)} instead of ${JSON.stringify(refused)}`,
    );
  }
  return { verdict: claimed ? 'refused' : 'refused-not-claimed', problems };
}
