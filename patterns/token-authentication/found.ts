import { decodeProtectedHeader, errors } from 'jose';
import { causeOf } from '../gate/cause.ts';
import type { Caller } from '../gate/stage.ts';
import type { Options } from './options.ts';
import type { InvalidToken } from './verify-token.ts';

/** Say for the log, and never in an answer, what a refused token holds and what was wanted. */
export function describeFault(
  token: string,
  { cause }: InvalidToken,
  { resource, issuer, algorithms }: Options,
): string | undefined {
  if (cause === undefined) return undefined;
  if (cause instanceof errors.JOSEAlgNotAllowed) {
    return tell('alg', decodeProtectedHeader(token).alg, algorithms.join(' or '));
  }
  const claimed =
    cause instanceof errors.JWTClaimValidationFailed || cause instanceof errors.JWTExpired;
  if (!claimed) return causeOf(cause);
  const { claim, payload } = cause;
  const found = claim === 'typ' ? decodeProtectedHeader(token).typ : payload[claim];
  const wanted: Record<string, string> = { typ: 'at+jwt', aud: resource, iss: issuer };
  return tell(claim, found, wanted[claim]);
}

/** Say for the log which scopes a valid token has; some products write them elsewhere. */
export function describeScopes({ claims }: Caller): string {
  const { scope, scp } = claims;
  const elsewhere = scp === undefined ? '' : `, and scp, which is not read, is ${quote(scp)}`;
  return `${tell('scope', scope)}${elsewhere}`;
}

function tell(name: string, found: unknown, wanted?: string): string {
  const is = found === undefined ? `${name} is missing` : `${name} is ${quote(found)}`;
  return wanted === undefined ? is : `${is}, not ${quote(wanted)}`;
}

function quote(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
