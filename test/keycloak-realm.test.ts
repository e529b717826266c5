import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { scopes, subjects, terminalClient } from '../patterns/reference-server/subjects.ts';
import { lastError, realmFile, secretVariables } from '../scripts/keycloak/start.ts';
import { signIn } from '../scripts/keycloak/sign-in.ts';
import { listen } from '../patterns/gate/listen.ts';

interface Mapper {
  name: string;
  config: Record<string, string>;
}
interface Client {
  clientId: string;
  enabled?: boolean;
  publicClient: boolean;
  secret?: string;
  directAccessGrantsEnabled: boolean;
  implicitFlowEnabled: boolean;
  standardFlowEnabled: boolean;
  serviceAccountsEnabled: boolean;
  consentRequired?: boolean;
  fullScopeAllowed: boolean;
  redirectUris?: string[];
  attributes: Record<string, string>;
  defaultClientScopes: string[];
  optionalClientScopes: string[];
  protocolMappers: Mapper[];
}
interface Realm {
  roles: { realm: { name: string }[] };
  clientScopes: { name: string; protocolMappers: Mapper[] }[];
  scopeMappings: { clientScope: string; roles: string[] }[];
  clients: Client[];
  users: { username: string; serviceAccountClientId?: string; credentials?: unknown }[];
}

const text = readFileSync(realmFile, 'utf8');
const realm = JSON.parse(text) as Realm;
const own = realm.clients.filter(({ enabled }) => enabled !== false);
const known = subjects.filter(({ clientId }) => clientId !== '');

test('the realm has the clients of the examples, and one that it closes', () => {
  assert.deepEqual(
    own.map(({ clientId }) => clientId).sort(),
    [...new Set(known.map(({ clientId }) => clientId))].sort(),
  );
  const closed = realm.clients.filter((client) => !own.includes(client));
  assert.deepEqual(
    closed.map(({ clientId }) => clientId),
    ['admin-cli'],
  );
});

test('every secret is a variable of the environment, and nobody has a password', () => {
  const secrets = own.flatMap(({ clientId, secret }) =>
    secret === undefined ? [] : [[clientId, secret]],
  );
  const variables = Object.entries(secretVariables).map(([id, name]) => [id, `\${${name}}`]);
  assert.deepEqual(secrets.sort(), variables.sort());
  assert.doesNotMatch(text, /"(credentials|password|privateKey)"/);
  for (const user of realm.users) assert.ok(user.serviceAccountClientId, user.username);
});

test('the resource is one variable, in the audience of every scope of the server', () => {
  const audiences = realm.clientScopes.flatMap(({ name, protocolMappers }) =>
    protocolMappers
      .filter(({ name }) => name === 'audience')
      .map(({ config }) => [name, config['included.custom.audience']]),
  );
  assert.deepEqual(
    audiences,
    scopes.map((scope) => [scope, '${MCP_RESOURCE}']),
  );
  assert.doesNotMatch(text, /https?:\/\/(?!127\.0\.0\.1|localhost)/);
});

test('a client may ask for the scopes of its subjects, and a role opens those of its holder', () => {
  for (const { clientId, optionalClientScopes, defaultClientScopes } of own) {
    const wanted = known
      .filter((subject) => subject.clientId === clientId)
      .flatMap((subject) => subject.scopes);
    assert.deepEqual(new Set(optionalClientScopes), new Set(wanted), clientId);
    assert.deepEqual(defaultClientScopes, ['mcp'], clientId);
  }
  const opened = (roles: string[]) =>
    realm.scopeMappings
      .filter((mapping) => mapping.roles.some((role) => roles.includes(role)))
      .map(({ clientScope }) => clientScope);
  for (const { name, claims, scopes } of known)
    assert.deepEqual(opened(claims.roles), scopes, name);
});

for (const client of own) {
  test(`${client.clientId} has the one grant that it needs, and writes tokens as RFC 9068 has them`, () => {
    const { attributes, protocolMappers } = client;
    assert.equal(attributes['access.token.header.type.rfc9068'], 'true');
    const named = protocolMappers.find(({ name }) => name === 'client_id');
    assert.equal(named?.config['claim.value'], client.clientId);
    assert.equal(client.directAccessGrantsEnabled, false);
    assert.equal(client.implicitFlowEnabled, false);
    assert.equal(client.fullScopeAllowed, false);
    assert.notEqual(client.standardFlowEnabled, client.serviceAccountsEnabled);
    assert.equal(client.publicClient, client.clientId === terminalClient);
    if (!client.standardFlowEnabled) return;
    assert.equal(attributes['pkce.code.challenge.method'], 'S256');
    assert.equal(client.consentRequired, true);
    for (const uri of client.redirectUris ?? ['none']) {
      assert.match(uri, /^http:\/\/(127\.0\.0\.1|localhost)\/[\w/]+$/);
    }
  });
}

test('why Keycloak ended is told in one line', () => {
  const log = [
    '2026-11-26 10:15:06,876 INFO  [org.infinispan.CONTAINER] (main) Virtual threads: disabled',
    '2026-11-26 10:15:07,000 ERROR [org.keycloak.quarkus.Picocli] (main) Port 8932 in use',
    'at a.line.of.a.Stack',
  ];
  assert.equal(lastError(log.join('\n')), 'Port 8932 in use');
  assert.equal(lastError('Error: no memory\n'), 'Error: no memory');
});

test('a password that Keycloak does not take ends the sign-in with its own words', async () => {
  let shown = 0;
  const page = (error: string) =>
    `<form action="/in?a=1&amp;b=2" method="post"><input name="username"><input name="password">` +
    `<input type="hidden" name="credentialId" value="x">${error}</form>`;
  const listening = await listen((_request, response) => {
    shown += 1;
    const error = shown === 1 ? '' : '<span id="input-error-username">Invalid\n password.</span>';
    response.end(page(error));
  }, {});
  const refused = signIn(listening.url, 'alice', 'wrong').finally(() => listening.close());
  await assert.rejects(refused, { message: 'alice cannot sign in: Invalid password.' });
  assert.equal(shown, 2);
});
