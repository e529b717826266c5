import * as oauth from 'oauth4webapi';
import { logIn } from './log-in.ts';
import { findSubject } from './subjects.ts';

const redirectUri = 'http://127.0.0.1/callback';
const insecure = { [oauth.allowInsecureRequests]: true };

/**
 * Obtain an access token as this subject: authorization code with PKCE for a person and an agent,
 * client credentials for a workload. `secret` is the client's; mallory gets none. `signIn` knows the
 * pages of the authorization server.
 */
export async function requestToken(options: {
  issuer: string;
  subject: string;
  resource: string;
  scope?: string;
  secret?: string;
  signIn?: typeof logIn;
}): Promise<string> {
  const { resource, secret, signIn = logIn } = options;
  const subject = findSubject(options.subject);
  if (subject.scopes.length === 0) throw new Error(`${subject.name} has no valid credential`);
  const issuer = new URL(options.issuer);
  const as = await oauth.processDiscoveryResponse(
    issuer,
    await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure }),
  );
  const client: oauth.Client = { client_id: subject.clientId };
  const authentication = secret === undefined ? oauth.None() : oauth.ClientSecretBasic(secret);
  const scope = options.scope ?? subject.scopes.join(' ');
  if (subject.signsIn === undefined) {
    const response = await oauth.clientCredentialsGrantRequest(
      as,
      client,
      authentication,
      { scope, resource },
      insecure,
    );
    return (await oauth.processClientCredentialsResponse(as, client, response)).access_token;
  }
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const url = new URL(as.authorization_endpoint ?? '');
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: client.client_id,
    redirect_uri: redirectUri,
    resource,
    scope,
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  }).toString();
  const callback = await signIn(url, subject.signsIn);
  const response = await oauth.authorizationCodeGrantRequest(
    as,
    client,
    authentication,
    oauth.validateAuthResponse(as, client, callback, state),
    redirectUri,
    verifier,
    { additionalParameters: { resource }, ...insecure },
  );
  return (await oauth.processAuthorizationCodeResponse(as, client, response)).access_token;
}
