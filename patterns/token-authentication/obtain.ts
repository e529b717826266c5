import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { decodeJwt } from 'jose';
import type { Stage } from '../gate/stage.ts';
import { startAuthorizationServer } from '../reference-server/authorization-server.ts';
import { logIn } from '../reference-server/log-in.ts';
import { startReferenceServer } from '../reference-server/reference-server.ts';
import { scopes, terminalClient, toolScopes } from '../reference-server/subjects.ts';
import { obtainToken } from './obtain-token.ts';
import { tokenAuthentication } from './token-authentication.ts';

/** A client that knows the server's URL, its own id, and who signs in. */
const resources: string[] = [];
const stages: Stage[] = [];
const issuer = await startAuthorizationServer({ resources });
const server = await startReferenceServer({ stages });
resources.push(server.url.href);
stages.push(
  tokenAuthentication({
    resource: server.url.href,
    issuer: issuer.issuer,
    jwksUri: issuer.jwksUri,
    algorithms: ['ES256'],
    scopes,
    tools: toolScopes,
  }),
);

// #region obtain
const { accessToken } = await obtainToken({
  serverUrl: server.url,
  clientId: terminalClient,
  redirectUri: new URL('http://127.0.0.1/callback'),
  expectedIssuer: issuer.issuer,
  fetch: printed,
  openBrowser: async (request) => {
    print('the browser opens', request);
    const callback = await logIn(request, 'alice');
    print('the browser returns', callback);
    return callback;
  },
});
// #endregion

const { iss, aud, sub, client_id: clientId, scope } = decodeJwt(accessToken);
console.log('the token says');
for (const [claim, value] of Object.entries({ iss, aud, sub, client_id: clientId, scope })) {
  console.log(`  ${claim}: ${String(value)}`);
}

// #region call
const client = new Client(
  { name: 'snippet', version: '1.0.0' },
  { versionNegotiation: { mode: { pin: '2026-07-28' } } },
);
await client.connect(
  new StreamableHTTPClientTransport(server.url, {
    authProvider: { token: () => Promise.resolve(accessToken) },
  }),
);
const { content } = await client.callTool({
  name: 'list_models',
  arguments: { tenant: 'acme' },
});
// #endregion
const [first] = content;
console.log(
  `list_models answers\n  ${first?.type === 'text' ? first.text.replace('\n', '\n  ') : ''}`,
);

await client.close();
await Promise.all([server.close(), issuer.close()]);

/** Send a request as `fetch` does, and print it with the status that came back. */
async function printed(...[input, init]: Parameters<typeof fetch>): Promise<Response> {
  const response = await fetch(input, init);
  const url = input instanceof Request ? input.url : String(input);
  console.log(`${init?.method ?? 'GET'} ${url}\n  ${response.status}`);
  return response;
}

function print(title: string, url: URL): void {
  console.log(`${title} ${url.origin}${url.pathname}`);
  for (const [name, value] of url.searchParams) console.log(`  ${name}=${value}`);
}
