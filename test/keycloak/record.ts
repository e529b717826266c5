import { decodeJwt, decodeProtectedHeader } from 'jose';
import { keycloakRow } from '../../scripts/tools/keycloak.ts';
import { createMask } from '../corpus/mask.ts';
import type { KeycloakServer } from './authorization-server.ts';
import { tally, type Pair } from './compare.ts';

/** Where the recorded run is, from the root; the page about Keycloak shows it. */
export const recordFile = 'evidence/keycloak.out';

/** The claims that the gate reads, and those that it does not follow. */
const order = ['iss', 'aud', 'sub', 'client_id', 'scope', 'iat', 'exp', 'jti', 'roles', 'tenant'];

/** What the page shows: a workload's token as Keycloak issued it, and what became of the attacks. */
export async function describeRun(server: KeycloakServer, pairs: readonly Pair[]): Promise<string> {
  const token = await server.tokenFor('ci-deployer', { scope: 'models:deploy' });
  const mask = createMask({ [new URL(server.issuer).origin]: 'https://login.example.com' });
  const claims = decodeJwt(token);
  // Keycloak reads the clock twice, so that a second may be added
  const lifetime = Math.round((Number(claims.exp) - Number(claims.iat)) / 10) * 10;
  const times = { iat: 'now', exp: `now + ${lifetime}` };
  const all: Record<string, unknown> = { ...claims, ...times, jti: 'id' };
  // the order of mappers differs from one start to the next
  const names = [...new Set([...order, ...Object.keys(all).sort()])];
  const shown = Object.fromEntries(
    names.filter((name) => name in all).map((name) => [name, all[name]]),
  );
  return [
    `Keycloak ${keycloakRow.version}`,
    '',
    'ci-deployer asks for models:deploy:',
    mask(JSON.stringify({ ...decodeProtectedHeader(token), kid: 'id' }, null, 2)),
    mask(JSON.stringify(shown, null, 2)),
    '',
    ...tally(pairs),
    '',
  ].join('\n');
}
