import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';

/** A private signing key as a JWK with `kid`, `alg` and `use`. */
export type SigningKey = JWK & { kid: string; alg: string };

/** The keys of an authorization server: those it publishes, and two that it does not. */
export interface SigningKeys {
  /** Signs every token issued; published. */
  current: SigningKey;
  /** Published too, and signs nothing: its algorithm may be missing from a server's allow-list. */
  rsa: SigningKey;
  /** Was current before the last rotation; no longer published. */
  retired: SigningKey;
  /** Was never published. */
  other: SigningKey;
}

/** Generate a fresh set of keys. */
export async function createSigningKeys(): Promise<SigningKeys> {
  const [current, rsa, retired, other] = await Promise.all([
    createKey('ES256'),
    createKey('RS256'),
    createKey('ES256'),
    createKey('ES256'),
  ]);
  return { current, rsa, retired, other };
}

/** Replace the current key; the one before it is retired at once. */
export async function rotate(keys: SigningKeys): Promise<SigningKeys> {
  return { ...keys, current: await createKey('ES256'), retired: keys.current };
}

/** Leave the public part of a key. */
export function publicKey({ kty, crv, x, y, n, e, kid, alg, use }: SigningKey): JWK {
  return kty === 'RSA' ? { kty, n, e, kid, alg, use } : { kty, crv, x, y, kid, alg, use };
}

async function createKey(alg: 'ES256' | 'RS256'): Promise<SigningKey> {
  const { privateKey } = await generateKeyPair(alg, { extractable: true });
  const jwk = await exportJWK(privateKey);
  return { ...jwk, kid: await calculateJwkThumbprint(jwk), alg, use: 'sig' };
}
