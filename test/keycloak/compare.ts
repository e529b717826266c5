import type { AuthorizationServer } from '../../patterns/reference-server/authorization-server.ts';
import type { Plane } from '../contracts.ts';
import { groups } from '../attacks/index.ts';
import { verdictOf } from '../corpus/matrix.ts';
import { problemsOf, runCorpus, type Case } from '../corpus/run-corpus.ts';
import { startSurroundings } from '../planes/protected-server.ts';
import { startAround, typescript } from '../planes/typescript.ts';
import type { KeycloakServer } from './authorization-server.ts';

/** One attack with the tokens of the embedded authorization server, and with those of Keycloak. */
export interface Pair {
  embedded: Case;
  keycloak: Case;
}

/** A run with both, and how many tokens Keycloak issued for it, and were signed with its key. */
export interface Run {
  pairs: Pair[];
  issued: number;
  minted: number;
}

/** Run the corpus on the plane `typescript` twice; Keycloak goes on running. */
export async function runBoth(server: KeycloakServer): Promise<Run> {
  const count = { issued: 0, minted: 0 };
  const authorizationServer: AuthorizationServer = {
    ...server,
    close: () => Promise.resolve(),
    tokenFor: (...asked) => {
      count.issued += 1;
      return server.tokenFor(...asked);
    },
    mint: (...asked) => {
      count.minted += 1;
      return server.mint(...asked);
    },
  };
  const withKeycloak: Plane = {
    ...typescript,
    id: 'typescript with Keycloak',
    start: async () =>
      startAround(await startSurroundings({ authorizationServer, signIn: server.signIn })),
  };
  const embedded = await runCorpus([typescript]);
  const keycloak = await runCorpus([withKeycloak]);
  const pairs = embedded.map((each, index) => ({
    embedded: each,
    keycloak: keycloak[index] as Case,
  }));
  return { pairs, ...count };
}

/** What is wrong with a pair: each alone, and where one is answered in another way than the other. */
export function differences({ embedded, keycloak }: Pair): string[] {
  const [one, other] = [seen(embedded), seen(keycloak)];
  return [
    ...problemsOf(embedded),
    ...problemsOf(keycloak),
    ...Object.keys(one)
      .filter((what) => one[what] !== other[what])
      .map((what) => `${embedded.attack.id}: ${what} ${other[what]} instead of ${one[what]}`),
  ];
}

function seen(done: Case): Record<string, string | undefined> {
  const { attack, trial } = done;
  return {
    attack: attack.id,
    verdict: verdictOf(done),
    refusal: JSON.stringify(trial?.attack.refusal),
    effect: trial?.attack.effect,
    twin: trial && `${trial.twin.status} ${trial.twin.effect}`,
  };
}

/** For each group: how many attacks were refused with each authorization server, and why not asked. */
export function tally(pairs: readonly Pair[]): string[] {
  const rows = Object.entries(groups).map(([group, attacks]) => {
    const some = pairs.filter(({ embedded }) => attacks.includes(embedded.attack));
    const refused = (of: keyof Pair) =>
      some.filter((pair) => verdictOf(pair[of]) === 'refused').length;
    const why = new Set(
      some.flatMap(({ keycloak }) => (keycloak.trial === undefined ? [keycloak.why] : [])),
    );
    const [first] = why;
    const text = (count: number) => `${count} of ${some.length}`.padEnd(12);
    if (first !== undefined) return `${group.padEnd(18)}not asked: ${first}`;
    return `${group.padEnd(18)}${text(refused('embedded'))}${text(refused('keycloak'))}`.trimEnd();
  });
  return [`${'refused'.padEnd(18)}${'embedded'.padEnd(12)}Keycloak`, ...rows];
}
