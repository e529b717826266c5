import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { calculateJwkThumbprint, decodeJwt, decodeProtectedHeader } from 'jose';
import { generate } from 'selfsigned';
import { startAuthorizationServer } from '../patterns/reference-server/authorization-server.ts';
import { logIn } from '../patterns/reference-server/log-in.ts';
import { terminalClient } from '../patterns/reference-server/subjects.ts';
import { obtainToken } from '../patterns/token-authentication/obtain-token.ts';
import { run } from '../scripts/lib/children.ts';
import { startProtected } from './lib/gate-fixture.ts';

const resource = 'https://mcp.example.com/mcp';

async function startIssuer(
  t: TestContext,
  options: Partial<Parameters<typeof startAuthorizationServer>[0]> = {},
) {
  const issuer = await startAuthorizationServer({ resources: [resource], ...options });
  t.after(() => issuer.close());
  return issuer;
}

/** Build the authorization request of a client with one parameter changed. */
function authorizationRequest(
  issuer: string,
  change: Record<string, string | undefined> = {},
): URL {
  const url = new URL('/auth', issuer);
  const parameters = {
    response_type: 'code',
    client_id: terminalClient,
    redirect_uri: 'http://127.0.0.1:9999/callback',
    resource,
    scope: 'models:read',
    state: 'a',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
    ...change,
  };
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) url.searchParams.set(name, value);
  }
  return url;
}

test('the metadata says what MCP 2026-07-28 asks of an authorization server', async (t) => {
  const { issuer } = await startIssuer(t);
  for (const name of ['oauth-authorization-server', 'openid-configuration']) {
    const response = await fetch(`${issuer}/.well-known/${name}`);
    const metadata = (await response.json()) as Record<string, unknown>;
    assert.equal(metadata['issuer'], issuer);
    assert.deepEqual(metadata['code_challenge_methods_supported'], ['S256']);
    assert.equal(metadata['authorization_response_iss_parameter_supported'], true);
    assert.equal(metadata['client_id_metadata_document_supported'], true);
    assert.deepEqual(metadata['response_types_supported'], ['code']);
    assert.deepEqual(metadata['grant_types_supported'], [
      'authorization_code',
      'client_credentials',
    ]);
  }
});

const subjects: [subject: string, claims: Record<string, unknown>][] = [
  [
    'alice',
    {
      client_id: 'mcp-terminal',
      sub: 'alice',
      scope: 'models:read',
      roles: ['viewer'],
      tenant: 'acme',
      acr: '1',
    },
  ],
  [
    'bob',
    {
      client_id: 'mcp-terminal',
      sub: 'bob',
      scope: 'models:read models:deploy',
      roles: ['ml-engineer'],
      tenant: 'acme',
      acr: '1',
    },
  ],
  [
    'carol',
    {
      client_id: 'mcp-terminal',
      sub: 'carol',
      scope: 'models:read models:deploy models:delete',
      roles: ['release-manager'],
      tenant: 'acme',
      acr: 'phr',
    },
  ],
  [
    'dave',
    {
      client_id: 'mcp-terminal',
      sub: 'dave',
      scope: 'models:read models:deploy',
      roles: ['ml-engineer'],
      tenant: 'globex',
      acr: '1',
    },
  ],
  [
    'ci-deployer',
    {
      client_id: 'ci-deployer',
      sub: 'ci-deployer',
      scope: 'models:read models:deploy',
      roles: ['deployer'],
      tenant: 'acme',
    },
  ],
  [
    'drift-monitor',
    {
      client_id: 'drift-monitor',
      sub: 'drift-monitor',
      scope: 'models:read',
      roles: ['monitor'],
      tenant: 'acme',
    },
  ],
  [
    'support-agent',
    {
      client_id: 'support-agent',
      sub: 'alice',
      scope: 'models:read',
      roles: ['viewer'],
      tenant: 'acme',
      acr: '1',
      act: { sub: 'support-agent' },
    },
  ],
];

test('every subject is granted a JWT access token for one audience with their claims', async (t) => {
  const { issuer, jwks, tokenFor } = await startIssuer(t);
  for (const [subject, expected] of subjects) {
    const token = await tokenFor(subject);
    const { alg, typ, kid } = decodeProtectedHeader(token);
    assert.deepEqual([alg, typ, kid], ['ES256', 'at+jwt', jwks().keys[0]?.kid]);
    const { jti, iat = 0, exp = 0, auth_time: signedIn, ...claims } = decodeJwt(token);
    assert.deepEqual(claims, { iss: issuer, aud: resource, ...expected });
    assert.equal(typeof jti, 'string');
    assert.equal(exp - iat, 300);
    assert.equal(typeof signedIn, 'acr' in expected ? 'number' : 'undefined');
  }
  await assert.rejects(tokenFor('mallory'), /mallory has no valid credential/);
  await assert.rejects(tokenFor('eve'), /no subject "eve": choose alice, bob/);
});

test('a scope beyond those of the subject is not granted', async (t) => {
  const { tokenFor } = await startIssuer(t);
  const token = await tokenFor('alice', { scope: 'models:read models:delete' });
  assert.equal(decodeJwt(token)['scope'], 'models:read');
  await assert.rejects(tokenFor('alice', { scope: 'models:delete' }));
  const workload = await tokenFor('ci-deployer', { scope: 'models:read models:delete' });
  assert.equal(decodeJwt(workload)['scope'], 'models:read');
});

test('an authorization request without scope is granted the minimal one', async (t) => {
  const { issuer } = await startIssuer(t);
  const callback = await logIn(authorizationRequest(issuer, { scope: undefined }), 'bob');
  assert.equal(typeof callback.searchParams.get('code'), 'string');
});

test('the answer names its issuer, an error too', async (t) => {
  const { issuer } = await startIssuer(t);
  const granted = await logIn(authorizationRequest(issuer), 'alice');
  assert.deepEqual([...granted.searchParams.keys()], ['code', 'state', 'iss']);
  assert.equal(granted.searchParams.get('iss'), issuer);
  assert.equal(granted.port, '9999');
  const refused = await logIn(authorizationRequest(issuer, { scope: 'models:delete' }), 'alice');
  assert.equal(refused.searchParams.get('error'), 'access_denied');
  assert.equal(refused.searchParams.get('iss'), issuer);
});

test('a request without S256 or for an unknown resource is refused', async (t) => {
  const { issuer } = await startIssuer(t);
  const faults: [Record<string, string | undefined>, error: string][] = [
    [{ code_challenge: undefined, code_challenge_method: undefined }, 'invalid_request'],
    [{ code_challenge_method: 'plain' }, 'invalid_request'],
    [{ resource: 'https://other.example.com/mcp' }, 'invalid_target'],
    [{ resource: undefined }, 'invalid_target'],
    [{ response_type: 'token' }, 'unsupported_response_type'],
  ];
  for (const [change, error] of faults) {
    const response = await fetch(authorizationRequest(issuer, change), { redirect: 'manual' });
    const { searchParams, hash } = new URL(response.headers.get('location') ?? 'about:blank');
    const answer = searchParams.size > 0 ? searchParams : new URLSearchParams(hash.slice(1));
    assert.equal(answer.get('error'), error, JSON.stringify(change));
  }
});

test('a redirect that is not registered is not followed', async (t) => {
  const { issuer } = await startIssuer(t);
  for (const uri of [
    'https://evil.example/callback',
    'http://127.0.0.1/other',
    'http://127.0.0.1.evil.example/callback',
  ]) {
    const response = await fetch(authorizationRequest(issuer, { redirect_uri: uri }), {
      redirect: 'manual',
    });
    assert.equal(response.status, 400, uri);
    assert.equal(response.headers.get('location'), null);
  }
});

test('the sign-in page lists every person once and cannot be framed', async (t) => {
  const { issuer } = await startIssuer(t);
  const start = await fetch(authorizationRequest(issuer), { redirect: 'manual' });
  const cookie = start.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ');
  const page = await fetch(new URL(start.headers.get('location') ?? '', issuer), {
    headers: { cookie },
  });
  assert.match(page.headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/);
  const names = [...(await page.text()).matchAll(/name="subject" value="([^"]+)"/g)];
  assert.deepEqual(
    names.map(([, name]) => name),
    ['alice', 'bob', 'carol', 'dave'],
  );
});

test('a token of the retired key is refused after a rotation and a new one is accepted', async (t) => {
  const { issuer, call } = await startProtected(t, { jwksCooldown: 0 });
  const before = await issuer.tokenFor('alice');
  assert.equal((await call('list_models', { tenant: 'acme' }, before)).status, 200);
  const [old] = issuer.jwks().keys;
  await issuer.rotateKeys();
  assert.notEqual(issuer.jwks().keys[0]?.kid, old?.kid);
  const after = await issuer.tokenFor('alice');
  assert.equal((await call('list_models', { tenant: 'acme' }, after)).status, 200);
  assert.equal((await call('list_models', { tenant: 'acme' }, before)).status, 401);
});

test('only public keys are published, each under its thumbprint', async (t) => {
  const { jwksUri, jwks } = await startIssuer(t);
  const { keys } = (await (await fetch(jwksUri)).json()) as { keys: Record<string, string>[] };
  assert.deepEqual(
    keys.map(({ kid }) => kid),
    jwks().keys.map(({ kid }) => kid),
  );
  assert.deepEqual(
    keys.map(({ kty, alg, use, d }) => [kty, alg, use, d]),
    [
      ['EC', 'ES256', 'sig', undefined],
      ['RSA', 'RS256', 'sig', undefined],
    ],
  );
  for (const key of jwks().keys) assert.equal(await calculateJwkThumbprint(key), key.kid);
});

test('a client is known by its metadata document, and only by its own', async (t) => {
  const ca = await generate([{ name: 'commonName', value: 'Test CA' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, critical: true },
    ],
  });
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    ca: { key: ca.private, cert: ca.cert },
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
  });
  const known = getCACertificates('default');
  setDefaultCACertificates([...known, ca.cert]);
  t.after(() => setDefaultCACertificates(known));

  const redirectUri = new URL('http://127.0.0.1:9999/callback');
  const host = createServer({ key, cert }, (_request, response) => {
    const own = `https://localhost:${(host.address() as AddressInfo).port}/client.json`;
    const document = {
      client_id: own,
      client_name: 'A client with a document',
      redirect_uris: [redirectUri.href],
      grant_types: ['authorization_code'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      application_type: 'native',
    };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(document));
  });
  host.listen(0, '127.0.0.1');
  await once(host, 'listening');
  t.after(() => host.close());
  const origin = `https://localhost:${(host.address() as AddressInfo).port}`;

  const { server, call } = await startProtected(t, {}, { fetch: globalThis.fetch });
  const obtain = (clientId: string) =>
    obtainToken({
      serverUrl: server.url,
      clientId,
      redirectUri,
      openBrowser: (url) => logIn(url, 'bob'),
    });
  const { accessToken } = await obtain(`${origin}/client.json`);
  assert.equal(decodeJwt(accessToken)['client_id'], `${origin}/client.json`);
  assert.equal((await call('list_models', { tenant: 'acme' }, accessToken)).status, 200);
  await assert.rejects(obtain(`${origin}/other.json`), /invalid_client/);
});

test('the authorization server writes nothing to the terminal', async () => {
  const program = `
    const { startAuthorizationServer } = await import('./patterns/reference-server/authorization-server.ts');
    const server = await startAuthorizationServer({ resources: ['${resource}'] });
    for (const subject of ['alice', 'ci-deployer', 'support-agent']) await server.tokenFor(subject);
    await fetch(server.issuer + '/auth?client_id=nobody');
    await server.rotateKeys();
    await server.close();`;
  const { code, stdout, stderr } = await run(process.execPath, [
    '--input-type=module',
    '-e',
    program,
  ]);
  assert.deepEqual([code, stdout, stderr], [0, '', '']);
});
