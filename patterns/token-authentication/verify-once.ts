import type { JWSHeaderParameters, ResolvedKey } from 'jose';

/** What is remembered of a verified token. */
export interface Verified {
  /** Until when it holds, in ms since 1970. */
  until: number;
  header: JWSHeaderParameters;
  /** What its signature was checked with. */
  key: ResolvedKey['key'];
}

/** Most tokens remembered; the one that was verified first is forgotten first. */
export const maxRemembered = 500;

/** The longest token remembered, in characters. */
export const maxLength = 4096;

/**
 * Verify a token once. On later calls look only at what can have changed since: whether it has
 * expired, and whether the issuer still publishes its key. A refused token is not remembered.
 */
export function verifyOnce<Token extends Verified>(
  verify: (token: string) => Promise<Token>,
  keys: (header: JWSHeaderParameters) => Promise<Verified['key']>,
): (token: string) => Promise<Token> {
  const remembered = new Map<string, Token>();

  const isStillValid = async ({ until, header, key }: Token): Promise<boolean> =>
    until > Date.now() && (await keys(header)) === key;

  return async (token) => {
    const before = remembered.get(token);
    if (before !== undefined && (await isStillValid(before))) return before;
    remembered.delete(token);
    const verified = await verify(token);
    const [first] = remembered.keys();
    if (first !== undefined && remembered.size >= maxRemembered) remembered.delete(first);
    if (token.length <= maxLength) remembered.set(token, verified);
    return verified;
  };
}
