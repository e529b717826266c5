import { randomUUID } from 'node:crypto';
import { importJWK, SignJWT, type CryptoKey } from 'jose';
import type { SigningKeys } from './signing-keys.ts';
import { findSubject } from './subjects.ts';

/** How a minted token differs from the one that the authorization server would issue. */
export interface MintOptions {
  /** Whose claims it carries; alice by default. */
  subject?: string;
  /** Claims that replace or join those of the subject. */
  claims?: Record<string, unknown>;
  /** Protected header parameters that replace or join `alg`, `typ` and `kid`. */
  header?: Record<string, unknown>;
  /** Claims and header parameters to leave out. */
  omit?: string[];
  /** Signs the token; `{ header: { alg: 'none' } }` leaves it unsigned. */
  key?: keyof SigningKeys | CryptoKey | Uint8Array;
}

/** Sign an access token as the authorization server does, or with exactly the faults asked for. */
export async function mintToken(
  keys: SigningKeys,
  defaults: { issuer: string; audience: string },
  options: MintOptions = {},
): Promise<string> {
  const subject = findSubject(options.subject ?? 'alice');
  const { key = 'current', omit = [] } = options;
  const jwk = typeof key === 'string' ? keys[key] : keys.current;
  const header = { alg: jwk.alg, typ: 'at+jwt', kid: jwk.kid, ...options.header };
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: defaults.issuer,
    sub: subject.signsIn ?? subject.name,
    client_id: subject.clientId,
    aud: defaults.audience,
    iat: now,
    exp: now + 300,
    jti: randomUUID(),
    scope: subject.scopes.join(' '),
    ...subject.claims,
    ...options.claims,
  };
  const protectedHeader = without(header, omit) as { alg: string };
  const payload = without(claims, omit);
  if (header.alg === 'none') return `${encode(protectedHeader)}.${encode(payload)}.`;
  const secret = typeof key === 'string' ? await importJWK(jwk, jwk.alg) : key;
  return new SignJWT(payload).setProtectedHeader(protectedHeader).sign(secret);
}

function without(values: Record<string, unknown>, names: string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !names.includes(name)));
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
