import { SignJWT } from 'jose';
import type { AuthorizationServer } from '../../patterns/reference-server/authorization-server.ts';
import type { MintOptions } from '../../patterns/reference-server/mint.ts';

/** An attack takes more than a valid token; the message says what. */
export class NeedsMore extends Error {}

const issuerKey = 'it takes a token that only the authorization server can sign';

/**
 * Stands where the corpus expects an authorization server. It signs with keys that anybody can
 * make, and says of everything else that a valid token is not enough for it.
 */
export const standIn = new Proxy({} as AuthorizationServer, {
  get(_target, name) {
    if (name === 'mint') return mint;
    if (name === 'jwks') {
      throw new NeedsMore('it takes the published keys of the authorization server');
    }
    throw new NeedsMore(issuerKey);
  },
});

async function mint({ header = {}, claims = {}, key }: MintOptions = {}): Promise<string> {
  if (header['alg'] === 'none') return `${encode(header)}.${encode(claims)}.`;
  if (key === undefined || typeof key === 'string') throw new NeedsMore(issuerKey);
  return new SignJWT(claims).setProtectedHeader({ ...header, alg: 'ES256' }).sign(key);
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
