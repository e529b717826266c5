import * as oauth from 'oauth4webapi';
import { checkAnswer, checkPkce, checkRegistration, checkSecure } from './client-checks.ts';
import { discoverIssuer, discoverResource, readChallenge } from './discover.ts';

/** What a client knows before it asks for a token. */
export interface ObtainOptions {
  /** The MCP endpoint as its user gave it. */
  serverUrl: URL;
  /** Registered with the authorization server, or the URL of a metadata document. */
  clientId: string;
  redirectUri: URL;
  /** Asked for in place of what the server's challenge names. */
  scope?: string;
  /** The issuer that `clientId` is registered with; another one is refused. */
  expectedIssuer?: string;
  /** Show the authorization request to the user and return the URL that came back. */
  openBrowser: (url: URL) => Promise<URL>;
  fetch?: typeof fetch;
}

/** A token, and the issuer that it belongs to. */
export interface ObtainedToken {
  accessToken: string;
  issuer: string;
  scope?: string;
}

/** Obtain an access token as MCP 2026-07-28 asks a client to; throws Untrusted (client-checks.ts). */
export async function obtainToken(options: ObtainOptions): Promise<ObtainedToken> {
  const { serverUrl, clientId, redirectUri, fetch: send = fetch } = options;
  // #region discover
  const challenge = await readChallenge(serverUrl, send);
  const resource = await discoverResource(serverUrl, challenge.metadata, send);
  const issuer = resource.authorization_servers[0];
  const minimal = resource.scopes_supported?.join(' ');
  checkRegistration(issuer, options.expectedIssuer);
  const as = await discoverIssuer(issuer, send);
  checkPkce(as);
  checkSecure('authorization endpoint', as.authorization_endpoint);
  checkSecure('token endpoint', as.token_endpoint);
  // #endregion

  // #region authorize
  const scope = options.scope ?? challenge.scope ?? minimal;
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const request = new URL(as.authorization_endpoint);
  for (const [name, value] of Object.entries({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri.href,
    resource: serverUrl.href,
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...(scope !== undefined && { scope }),
  })) {
    request.searchParams.set(name, value);
  }
  const callback = await options.openBrowser(request);
  // #endregion

  // #region exchange
  const client = { client_id: clientId };
  const answer = checkAnswer(as, client, callback, state);
  const response = await oauth.authorizationCodeGrantRequest(
    as,
    client,
    oauth.None(),
    answer,
    redirectUri.href,
    verifier,
    {
      additionalParameters: { resource: serverUrl.href },
      [oauth.customFetch]: send,
      [oauth.allowInsecureRequests]: true,
    },
  );
  // #endregion
  const token = await oauth.processAuthorizationCodeResponse(as, client, response);
  return { accessToken: token.access_token, issuer: as.issuer, scope: token.scope ?? scope };
}
