import { Refusal } from '../gate/refusal.ts';
import type { GateRequest } from '../gate/stage.ts';
import type { Challenge } from './challenge.ts';

// #region read
/** Take the one bearer token from the one place where it may stand. */
export function readToken(request: GateRequest, challenge: Challenge): string {
  const query = request.target.split('?').slice(1).join('?');
  if (new URLSearchParams(query).has('access_token')) {
    throw malformed(challenge, 'a token does not belong in the query');
  }
  const credentials = request.headers
    .filter(([name]) => name.toLowerCase() === 'authorization')
    .map(([, value]) => value);
  const [credential] = credentials;
  if (credentials.length > 1) {
    throw malformed(challenge, 'Authorization occurs more than once');
  }
  if (credential === undefined || !/^Bearer(?:\s|$)/i.test(credential)) {
    throw new Refusal(challenge.unauthorized());
  }
  const token = /^Bearer +([A-Za-z0-9\-._~+/]+=*)$/i.exec(credential)?.[1];
  if (token === undefined) {
    throw malformed(challenge, 'Authorization holds no bearer token');
  }
  return token;
}
// #endregion

function malformed(challenge: Challenge, description: string): Refusal {
  return new Refusal(challenge.refused('invalid_request', description));
}
