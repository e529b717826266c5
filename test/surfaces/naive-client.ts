import { calculatePKCECodeChallenge, generateRandomCodeVerifier } from 'oauth4webapi';
import type {
  ObtainedToken,
  ObtainOptions,
} from '../../patterns/token-authentication/obtain-token.ts';

/** The same flow as obtain-token.ts, believing everything that it is told: the client's baseline. */
export async function naiveClient(options: ObtainOptions): Promise<ObtainedToken> {
  const { serverUrl, clientId, redirectUri, openBrowser, fetch: send = fetch } = options;
  const get = async (url: string): Promise<Document> =>
    (await (await send(new URL(url))).json()) as Document;

  const refusal = await send(serverUrl, { method: 'POST' });
  const challenge = refusal.headers.get('www-authenticate') ?? '';
  const resource = await get(/resource_metadata="([^"]*)"/.exec(challenge)?.[1] ?? '');
  const [issuer = ''] = resource.authorization_servers ?? [];
  const server = await get(`${issuer}/.well-known/oauth-authorization-server`);

  const verifier = generateRandomCodeVerifier();
  const request = new URL(server.authorization_endpoint ?? '');
  request.search = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri.href,
    resource: resource.resource ?? '',
    scope: resource.scopes_supported?.join(' ') ?? '',
    state: 'x',
    code_challenge: await calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  }).toString();
  const callback = await openBrowser(request);

  const response = await send(new URL(server.token_endpoint ?? ''), {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: callback.searchParams.get('code') ?? '',
      redirect_uri: redirectUri.href,
      client_id: clientId,
      code_verifier: verifier,
      resource: resource.resource ?? '',
    }),
  });
  const { access_token: accessToken = '' } = (await response.json()) as Document;
  return { accessToken, issuer, scope: '' };
}

interface Document {
  resource?: string;
  authorization_servers?: string[];
  scopes_supported?: string[];
  authorization_endpoint?: string;
  token_endpoint?: string;
  access_token?: string;
}
