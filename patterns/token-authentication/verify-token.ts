import { createRemoteJWKSet, customFetch, errors, jwtVerify, type JWTPayload } from 'jose';
import type { Caller } from '../gate/stage.ts';
import type { Options } from './options.ts';
import { verifyOnce } from './verify-once.ts';

/** The token is not valid here; the message is fit for `error_description`, the cause for the log. */
export class InvalidToken extends Error {}

/** The issuer's keys cannot be had, for this cause, so nothing can be said about a token. */
export class KeysUnavailable extends Error {}

/** Prepare the checks of RFC 9068 §4; throws InvalidToken or KeysUnavailable. */
export function createVerifier(options: Options): (token: string) => Promise<Caller> {
  const keys = createKeys(options);
  const clockTolerance = options.clockTolerance ?? 5;
  // #region verify
  const check = async (token: string) => {
    const verified = await jwtVerify(token, keys, {
      typ: 'at+jwt',
      issuer: options.issuer,
      audience: options.resource,
      algorithms: options.algorithms,
      requiredClaims: ['exp', 'sub', 'client_id'],
      clockTolerance,
    });
    const { payload, protectedHeader: header, key } = verified;
    checkSoleAudience(payload);
    const caller = toCaller(payload, clockTolerance);
    return { caller, until: caller.until, header, key };
  };
  const verify = verifyOnce(check, keys);

  return async (token) => {
    const { caller } = await verify(token).catch(explain);
    return caller;
  };
  // #endregion
}

/** Refuse a second audience: whoever it names could replay the token here. */
function checkSoleAudience({ aud }: JWTPayload): void {
  if ([aud].flat().length < 2) return;
  const cause = `aud is ${JSON.stringify(aud)}`;
  throw new InvalidToken('the token has a second audience', { cause });
}

/** Frozen, since every call with the token shares it. */
function toCaller(payload: JWTPayload, clockTolerance: number): Caller {
  const { iss, sub, client_id: clientId, scope, exp = Infinity } = payload;
  return Object.freeze({
    issuer: text(iss),
    subject: text(sub),
    clientId: text(clientId),
    scopes: Object.freeze(typeof scope === 'string' ? scope.split(' ').filter(Boolean) : []),
    until: (exp + clockTolerance) * 1000,
    claims: Object.freeze(payload),
  });
}

function text(claim: unknown): string {
  if (typeof claim === 'string' && claim !== '') return claim;
  throw new InvalidToken('the token names no subject or no client');
}

/** Fetch the issuer's keys when needed; tell an unknown key from keys that cannot be had. */
function createKeys({ jwksUri, jwksCacheMaxAge, jwksCooldown }: Options) {
  const remote = createRemoteJWKSet(new URL(jwksUri), {
    cacheMaxAge: jwksCacheMaxAge ?? 600_000,
    cooldownDuration: jwksCooldown ?? 30_000,
    timeoutDuration: 3_000,
    [customFetch]: fetchKeys,
  });
  return (...parameters: Parameters<typeof remote>) =>
    remote(...parameters).catch((error: unknown) => {
      const unknownKey =
        error instanceof errors.JWKSNoMatchingKey ||
        error instanceof errors.JWKSMultipleMatchingKeys;
      if (unknownKey || error instanceof errors.JOSENotSupported) throw error;
      throw new KeysUnavailable('', { cause: error });
    });
}

/** Fetch the keys; a status or a redirect is named, which the log would else not learn. */
async function fetchKeys(url: string, init: object): Promise<Response> {
  const response = await fetch(url, init);
  if (response.status !== 200) throw new Error(`${url} answered ${response.status}`);
  return response;
}

function explain(cause: unknown): never {
  if (cause instanceof KeysUnavailable || cause instanceof InvalidToken) throw cause;
  throw new InvalidToken(mistakeOf(cause), { cause });
}

function mistakeOf(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'the token has expired';
  if (error instanceof errors.JWTClaimValidationFailed) {
    return claimMistakes[error.claim] ?? `the token has no valid ${error.claim}`;
  }
  if (error instanceof errors.JOSEAlgNotAllowed) return 'the signature algorithm is not accepted';
  return 'the token is not signed by the issuer';
}

const claimMistakes: Record<string, string | undefined> = {
  aud: 'the token is for another server',
  iss: 'the token is from another issuer',
  nbf: 'the token is not valid yet',
  typ: 'the token is not an access token',
};
