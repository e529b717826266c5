import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { decodeJwt, decodeProtectedHeader, type JWTPayload } from 'jose';
import * as oauth from 'oauth4webapi';
import { startAuthorizationServer } from '../patterns/reference-server/authorization-server.ts';
import { scopes, subjects, terminalClient } from '../patterns/reference-server/subjects.ts';
import { run } from '../scripts/lib/children.ts';
import { root } from '../scripts/lib/paths.ts';
import { startKeycloakServer } from './keycloak/authorization-server.ts';
import { differences, runBoth, type Pair } from './keycloak/compare.ts';
import { describeRun, recordFile } from './keycloak/record.ts';
import { verdictOf } from './corpus/matrix.ts';
import { resource } from './surfaces/server.ts';

const server = await startKeycloakServer();
after(() => server.close());
const embedded = await startAuthorizationServer({ resources: [resource] });
after(() => embedded.close());

/** What both say of a subject; each has a name of its own for a person, and an order for scopes. */
function common({ aud, scope, client_id, roles, tenant, act }: JWTPayload): object {
  return { aud, scope: String(scope).split(' ').sort(), client_id, roles, tenant, act };
}

const known = subjects.filter((subject) => subject.scopes.length > 0);

for (const { name, signsIn } of known) {
  test(`the token of ${name} says what that of the embedded authorization server says`, async () => {
    const token = await server.tokenFor(name);
    const claims = decodeJwt(token);
    assert.deepEqual(common(claims), common(decodeJwt(await embedded.tokenFor(name))));
    const { typ, alg, kid } = decodeProtectedHeader(token);
    assert.deepEqual({ typ, alg }, { typ: 'at+jwt', alg: 'ES256' });
    assert.equal(kid, server.jwks().keys[0]?.kid);
    assert.equal(claims.iss, server.issuer);
    // Keycloak reads the clock twice
    assert.ok([300, 301].includes(Number(claims.exp) - Number(claims.iat)));
    assert.ok(claims.sub && claims.jti, 'no sub or no jti');
    if (signsIn === undefined) return;
    const again = decodeJwt(await server.tokenFor(name, { scope: 'models:read' }));
    assert.equal(again.sub, claims.sub, 'another sub for the same person');
  });
}

test('a person is given no scope that none of their roles opens', async () => {
  const token = await server.tokenFor('alice', { scope: scopes.join(' ') });
  assert.equal(decodeJwt(token)['scope'], 'models:read');
});

test('a workload that asks for a scope of another is refused', async () => {
  await assert.rejects(server.tokenFor('drift-monitor', { scope: 'models:deploy' }), {
    error: 'invalid_scope',
  });
});

test('a token without a scope of the server names no audience', async () => {
  const token = await server.tokenFor('drift-monitor', { scope: 'mcp' });
  assert.equal(decodeJwt(token).aud, undefined);
});

test('a workload with a wrong secret is given nothing', async () => {
  const url = new URL(`${server.issuer}/protocol/openid-connect/token`);
  const ask = (secret: string) =>
    fetch(url, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: 'ci-deployer',
        client_secret: secret,
        scope: 'models:read',
      }),
    });
  assert.equal((await ask(server.secrets.get('ci-deployer') ?? '')).status, 200);
  assert.equal((await ask('${CI_DEPLOYER_SECRET}')).status, 401);
});

/** Ask for a code as the terminal's client with something changed, and return what came back. */
async function authorize(change: Record<string, string>): Promise<URL> {
  const url = new URL(`${server.issuer}/protocol/openid-connect/auth`);
  const request = {
    response_type: 'code',
    client_id: terminalClient,
    redirect_uri: 'http://127.0.0.1/callback',
    scope: 'models:read',
    state: 'x',
    code_challenge: await oauth.calculatePKCECodeChallenge(oauth.generateRandomCodeVerifier()),
    code_challenge_method: 'S256',
    ...change,
  };
  url.search = new URLSearchParams(
    Object.entries(request).filter(([, value]) => value !== ''),
  ).toString();
  return server.signIn(url, 'alice');
}

test('a code is given with PKCE and S256, on any port of the loopback address, and names its issuer', async () => {
  for (const port of ['', ':8123']) {
    const answer = await authorize({ redirect_uri: `http://127.0.0.1${port}/callback` });
    assert.ok(answer.searchParams.get('code'));
    assert.equal(answer.searchParams.get('iss'), server.issuer);
  }
});

test('a code is refused without PKCE, and with the challenge in the clear', async () => {
  const without = await authorize({ code_challenge: '', code_challenge_method: '' });
  assert.equal(without.searchParams.get('error'), 'invalid_request');
  assert.match(without.searchParams.get('error_description') ?? '', /code_challenge_method/);
  const plain = await authorize({ code_challenge_method: 'plain' });
  assert.equal(plain.searchParams.get('error'), 'invalid_request');
  assert.match(plain.searchParams.get('error_description') ?? '', /challenge method/);
});

test('an implicit answer is refused', async () => {
  const { hash } = await authorize({ response_type: 'token' });
  assert.equal(new URLSearchParams(hash.slice(1)).get('error'), 'unauthorized_client');
});

test('a redirect to another host is refused without going there', async () => {
  await assert.rejects(
    authorize({ redirect_uri: 'http://127.0.0.1.mallory.example/callback' }),
    /Invalid parameter: redirect_uri/,
  );
});

test('no client of the realm that is on takes a password for a token', async () => {
  const clients =
    await server.keycloak.admin.call<
      { clientId: string; enabled: boolean; directAccessGrantsEnabled: boolean }[]
    >('/clients');
  assert.ok(clients.some(({ clientId }) => clientId === 'admin-cli'));
  const open = clients.filter((one) => one.enabled && one.directAccessGrantsEnabled);
  assert.deepEqual(open, []);
});

test('a person cannot change their own tenant', async () => {
  const { attributes } = await server.keycloak.admin.call<{
    attributes: { name: string; permissions: { edit: string[] } }[];
    unmanagedAttributePolicy?: string;
  }>('/users/profile');
  const tenant = attributes.find(({ name }) => name === 'tenant');
  assert.deepEqual(tenant?.permissions.edit, ['admin']);
});

test('resource is not read: a token for another server is a token for this one', async () => {
  const elsewhere = 'https://wiki.example.com/mcp';
  for (const name of ['alice', 'drift-monitor']) {
    const token = await server.tokenFor(name, { scope: 'models:read', resource: elsewhere });
    assert.equal(decodeJwt(token).aud, resource);
  }
});

let pairs: Pair[] = [];

test('every attack is answered with the tokens of Keycloak as with those of the embedded server', async () => {
  const done = await runBoth(server);
  pairs = done.pairs;
  assert.ok(done.issued >= 5, `Keycloak issued only ${done.issued} tokens`);
  assert.ok(done.minted >= 40, `only ${done.minted} tokens were signed with its key`);
  assert.deepEqual(pairs.flatMap(differences), []);
  const refused = pairs.filter(({ keycloak }) => verdictOf(keycloak) === 'refused');
  assert.ok(refused.length >= 79, `only ${refused.length} refused`);
  const issued = pairs.filter(({ keycloak }) => keycloak.trial?.twin.ok);
  assert.ok(issued.length >= 79, `only ${issued.length} twins succeeded`);
});

test('npm run token prints a token of Keycloak for a person and for a workload', async () => {
  const cache = mkdtempSync(join(tmpdir(), 'keycloak-served-'));
  const { issuer, secrets, passwords } = server;
  const made = {
    secrets: Object.fromEntries(secrets),
    passwords: Object.fromEntries(passwords),
  };
  writeFileSync(join(cache, 'idp.json'), JSON.stringify({ issuer, resource, ...made }));
  for (const [name, scope] of [
    ['bob', 'models:deploy'],
    ['drift-monitor', 'models:read'],
  ] as const) {
    const args = ['scripts/token.ts', name, '--idp', '--scope', scope];
    const env = { ...process.env, MCP_CACHE: cache };
    const { stdout, stderr } = await run(process.execPath, args, { cwd: root, env });
    assert.equal(stderr, '');
    const { iss, scope: granted } = decodeJwt(stdout.trim());
    assert.deepEqual({ iss, granted }, { iss: issuer, granted: scope });
  }
  rmSync(cache, { recursive: true });
});

test('a rotated key signs at once, and the one before it is not published any more', async () => {
  const before = decodeProtectedHeader(await server.tokenFor('ci-deployer')).kid;
  await server.rotateKeys();
  const { kid } = decodeProtectedHeader(await server.tokenFor('ci-deployer'));
  const published = server.jwks().keys.map((key) => key.kid);
  assert.ok(published.includes(kid) && !published.includes(before));
  assert.equal(published.length, 2);
});

test('the page shows what this run gives', async () => {
  const recorded = readFileSync(join(root, recordFile), 'utf8');
  assert.equal(await describeRun(server, pairs), recorded);
});
