import type { Stage } from '../gate/stage.ts';
import { startAuthorizationServer } from '../reference-server/authorization-server.ts';
import { startReferenceServer } from '../reference-server/reference-server.ts';
import { scopes, toolScopes } from '../reference-server/subjects.ts';
import { show } from './show.ts';
import { tokenAuthentication } from './token-authentication.ts';

/** The stage in the process of the server that it protects. */
const resources: string[] = [];
const stages: Stage[] = [];
const issuer = await startAuthorizationServer({ resources });
const server = await startReferenceServer({ stages });
resources.push(server.url.href);

// #region protect
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
// #endregion

const other = 'https://other.example.com/mcp';
const read = { tool: 'list_models', arguments: { tenant: 'acme' } };
const destroy = { tool: 'delete_model', arguments: { model: 'acme/churn' } };

await show(server.url, { title: 'no token', ...read });
await show(server.url, {
  title: 'a token for another server',
  token: await issuer.mint({ claims: { aud: other } }),
  ...read,
});
await show(server.url, {
  title: 'a token for this server and another',
  token: await issuer.mint({ claims: { aud: [server.url.href, other] } }),
  ...read,
});
const token = await issuer.tokenFor('alice');
await show(server.url, { title: 'the token of alice, who may not delete', token, ...destroy });
await show(server.url, { title: 'the token of alice, who may read', token, ...read });
console.log(`executed: ${server.journal.calls.map(({ tool }) => tool).join(', ')}`);

await Promise.all([server.close(), issuer.close()]);
