import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/lib/paths.ts';
import { groups } from '../attacks/index.ts';
import type { ServerAttack } from '../contracts.ts';
import { startAttacker } from '../corpus/attacker.ts';
import { claimsOf } from '../corpus/catalog.ts';
import { choose, type Chosen, type Named } from './choose.ts';
import { greet, type Greeting } from './greet.ts';
import { Line } from './line.ts';
import { Sender, type Outcome } from './sender.ts';

/** What became of one attack on a server of the reader's own. */
export interface Finding extends Outcome {
  attack: ServerAttack;
  group: string;
  /** The patterns whose stages refuse it, by the folders of their pages. */
  mends: string[];
}

export interface Check {
  url: URL;
  greeting: Greeting;
  chosen: Chosen;
  findings: Finding[];
  requests: number;
  /** Every token that was sent: none of them may be shown. */
  tokens: ReadonlySet<string>;
}

/** Send to a server of the reader's own what takes no more than a valid token. */
export async function checkServer(options: {
  url: URL;
  token: string;
  named: Named;
  perSecond: number;
  attacks: readonly ServerAttack[];
  progress?: (done: number) => void;
}): Promise<Check> {
  const { url, token, attacks, progress = () => undefined } = options;
  const line = new Line(url, options.perSecond);
  const greeting = await greet(line, token);
  const chosen = await choose(line, token, greeting, options.named);
  const attacker = await startAttacker();
  try {
    const sender = new Sender(line, token, greeting, chosen, attacker);
    await sender.legitimate();
    const mending = patterns();
    const findings: Finding[] = [];
    for (const attack of attacks) {
      const outcome = await sender.find(attack);
      const mends = mending.filter(([, claims]) => attack.criteria.every((c) => claims.has(c)));
      const group = groupOf(attack);
      findings.push({ attack, group, ...outcome, mends: mends.map(([id]) => `patterns/${id}`) });
      progress(findings.length);
    }
    return { url, greeting, chosen, findings, requests: line.sent, tokens: sender.tokens };
  } finally {
    await attacker.close();
  }
}

/** Every pattern and the criteria that its page claims. */
function patterns(): [id: string, claims: Set<string>][] {
  return readdirSync(join(root, 'patterns'))
    .filter((id) => readdirSync(join(root, 'patterns', id)).includes('index.md'))
    .map((id) => [id, claimsOf([id], root)]);
}

function groupOf(attack: ServerAttack): string {
  const [group = ''] = Object.entries(groups).find(([, all]) => all.includes(attack)) ?? [];
  return group;
}
