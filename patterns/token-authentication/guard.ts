import type { Stage } from '../gate/stage.ts';
import { startGate } from '../gate/start-gate.ts';
import { startAuthorizationServer } from '../reference-server/authorization-server.ts';
import { scopes } from '../reference-server/subjects.ts';
import { startPublishedServer } from './published-server.ts';
import { initialize, show } from './show.ts';
import { tokenAuthentication } from './token-authentication.ts';

/** The same stage as a gate before a server that is not ours and knows nothing of tokens. */
const resources: string[] = [];
const stages: Stage[] = [];
const issuer = await startAuthorizationServer({ resources });
const server = await startPublishedServer();

// #region guard
const gate = await startGate({ stages, upstream: server.url });
stages.push(
  tokenAuthentication({
    resource: gate.url.href,
    issuer: issuer.issuer,
    jwksUri: issuer.jwksUri,
    algorithms: ['ES256'],
    scopes,
    tools: {
      'get-sum': 'models:read',
      'gzip-file-as-resource': 'models:deploy',
      'toggle-simulated-logging': 'models:delete',
    },
  }),
);
// #endregion
resources.push(gate.url.href);

const other = 'https://other.example.com/mcp';
const token = await issuer.tokenFor('alice');
const session = await initialize(gate.url, token);
const read = { tool: 'get-sum', arguments: { a: 1, b: 2 }, session };
const destroy = { tool: 'toggle-simulated-logging', arguments: {}, session };
const unlisted = { tool: 'get-env', arguments: {}, session };

await show(gate.url, { title: 'no token', ...read });
await show(gate.url, {
  title: 'a token for another server',
  token: await issuer.mint({ claims: { aud: other } }),
  ...read,
});
await show(gate.url, {
  title: 'a token for this server and another',
  token: await issuer.mint({ claims: { aud: [gate.url.href, other] } }),
  ...read,
});
await show(gate.url, { title: 'the token of alice, who may only read', token, ...destroy });
await show(gate.url, {
  title: 'the token of carol, who may all, and a tool that prints the environment',
  token: await issuer.tokenFor('carol'),
  ...unlisted,
});
await show(gate.url, { title: 'the token of alice, who may read', token, ...read });

server.close();
await Promise.all([gate.close(), issuer.close()]);
