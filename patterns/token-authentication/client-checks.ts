import {
  AuthorizationResponseError,
  validateAuthResponse,
  type AuthorizationServer,
  type Client,
} from 'oauth4webapi';
import { isSecure } from './options.ts';

/** A server, an authorization server or an answer that a client must not trust. */
export class Untrusted extends Error {}

// #region checks
/** Only https, or http to this machine: no `javascript:`, no plain http. */
export function checkSecure(what: string, url = ''): void {
  if (isSecure(url)) return;
  throw new Untrusted(`${what} "${url}" is neither https nor loopback`);
}

/** The metadata is about the server that was asked for (RFC 9728 §3.3). */
export function checkResource(resource: string, server: URL): void {
  if (resource === server.href) return;
  throw new Untrusted(`the metadata is about ${resource}`);
}

/** A client id is used only where it was registered. */
export function checkRegistration(issuer: string, own = issuer): void {
  if (issuer === own) return;
  throw new Untrusted(`the client is not registered with ${issuer}`);
}

/** The issuer is the one asked, character by character (RFC 8414 §3.3). */
export function checkIssuer(named: string, issuer: string): void {
  if (named === issuer) return;
  throw new Untrusted(`${issuer} names itself ${named}`);
}

/** A server that does not announce S256 may ignore the challenge. */
export function checkPkce(as: AuthorizationServer): void {
  if (as.code_challenge_methods_supported?.includes('S256')) return;
  throw new Untrusted(`${as.issuer} does not announce PKCE with S256`);
}
// #endregion

// #region answer
/** The answer belongs to this request (`state`) and issuer (RFC 9207 §2.4). */
export function checkAnswer(
  as: AuthorizationServer,
  client: Client,
  callback: URL,
  state: string,
): URLSearchParams {
  try {
    return validateAuthResponse(as, client, callback, state);
  } catch (error) {
    if (error instanceof AuthorizationResponseError) throw error;
    throw new Untrusted(`the answer is not from this request and ${as.issuer}`);
  }
}
// #endregion
