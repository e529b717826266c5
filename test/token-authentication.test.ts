import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Stage } from '../patterns/gate/stage.ts';
import { startReferenceServer } from '../patterns/reference-server/reference-server.ts';
import { tokenAuthentication } from '../patterns/token-authentication/token-authentication.ts';
import {
  mcpHeaders,
  requestText,
  sendBytes,
  startProtected,
  statusOf,
  toolCall,
} from './lib/gate-fixture.ts';

const read = { tenant: 'acme' };
const other = 'https://other.example.com/mcp';

test('a request without credentials is told where to get a token, without an error code', async (t) => {
  const { server, call } = await startProtected(t, { resource: 'https://mcp.example.com/mcp' });
  const { status, challenge } = await call('list_models', read);
  assert.equal(status, 401);
  assert.equal(
    challenge,
    'Bearer resource_metadata="https://mcp.example.com/.well-known/oauth-protected-resource/mcp", scope="models:read"',
  );
  for (const credentials of ['Basic YWxpY2U6YQ==', 'DPoP a.b.c', 'Bearerish a.b.c']) {
    const headers = { ...mcpHeaders('list_models'), authorization: credentials };
    const body = toolCall('list_models', read);
    const response = await fetch(server.url, { method: 'POST', headers, body });
    assert.equal(response.status, 401);
    assert.equal(response.headers.get('www-authenticate'), challenge, credentials);
  }
  assert.deepEqual(server.journal.calls, []);
});

test('a token of the issuer for this server alone is accepted', async (t) => {
  const { issuer, server, call } = await startProtected(t);
  const self = server.url.href;
  const accepted: Parameters<typeof issuer.mint>[0][] = [
    {},
    { claims: { aud: [self] } },
    { header: { typ: 'application/at+jwt' } },
    { header: { typ: 'AT+JWT' } },
    { omit: ['kid'] },
    { omit: ['jti', 'iat'] },
    { claims: { nbf: seconds(-60) } },
  ];
  for (const change of accepted) {
    const { status } = await call('list_models', read, await issuer.mint(change));
    assert.equal(status, 200, JSON.stringify(change));
  }
  assert.equal(server.journal.calls.length, 7);
});

test('a token with one fault is refused with 401 for that fault', async (t) => {
  const { issuer, server, call } = await startProtected(t);
  const self = server.url.href;
  const notSigned = 'the token is not signed by the issuer';
  const audience = 'the token is for another server';
  const algorithm = 'the signature algorithm is not accepted';
  const type = 'the token is not an access token';
  const faults: [Parameters<typeof issuer.mint>[0], description: string][] = [
    [{ claims: { aud: other } }, audience],
    [{ claims: { aud: `${self}/` } }, audience],
    [{ claims: { aud: new URL(self).origin } }, audience],
    [{ claims: { aud: self.toUpperCase() } }, audience],
    [{ claims: { aud: [] } }, audience],
    [{ omit: ['aud'] }, audience],
    [{ claims: { aud: [self, other] } }, 'the token has a second audience'],
    [{ claims: { aud: [other, self] } }, 'the token has a second audience'],
    [{ claims: { iss: 'https://other.example.com' } }, 'the token is from another issuer'],
    [{ claims: { iss: `${issuer.issuer}/` } }, 'the token is from another issuer'],
    [{ omit: ['iss'] }, 'the token is from another issuer'],
    [{ header: { typ: 'JWT' } }, type],
    [{ header: { typ: 'at' } }, type],
    [{ header: { typ: 'logout+jwt' } }, type],
    [{ omit: ['typ'] }, type],
    [{ claims: { exp: seconds(-10) } }, 'the token has expired'],
    [{ omit: ['exp'] }, 'the token has no valid exp'],
    [{ claims: { exp: 'tomorrow' } }, 'the token has no valid exp'],
    [{ claims: { nbf: seconds(60) } }, 'the token is not valid yet'],
    [{ omit: ['sub'] }, 'the token has no valid sub'],
    [{ claims: { sub: '' } }, 'the token names no subject or no client'],
    [{ claims: { sub: 7 } }, 'the token names no subject or no client'],
    [{ omit: ['client_id'] }, 'the token has no valid client_id'],
    [{ claims: { client_id: {} } }, 'the token names no subject or no client'],
    [{ key: 'other' }, notSigned],
    [{ key: 'retired' }, notSigned],
    [{ key: 'rsa' }, algorithm],
    [{ header: { alg: 'none' } }, algorithm],
    [{ header: { alg: 'HS256' }, key: new TextEncoder().encode('a'.repeat(32)) }, algorithm],
  ];
  for (const [fault, description] of faults) {
    const token = await issuer.mint(fault);
    const { status, challenge, text } = await call('list_models', read, token);
    assert.equal(status, 401, JSON.stringify(fault));
    assert.equal(
      challenge,
      `Bearer error="invalid_token", error_description="${description}", resource_metadata="${new URL(self).origin}/.well-known/oauth-protected-resource/mcp", scope="models:read"`,
    );
    assert.match(text, /"error":"invalid_token"/);
  }
  assert.equal(faults.length, 29);
  const [header, , signature] = (await issuer.mint()).split('.');
  const [, payload] = (await issuer.mint({ subject: 'carol' })).split('.');
  for (const token of [
    `${header}.${payload}.${signature}`,
    `${header}.${payload}.`,
    'a.b.c',
    'abc',
  ]) {
    assert.equal((await call('list_models', read, token)).status, 401, token);
  }
  assert.deepEqual(server.journal.calls, []);
});

test('clocks may differ by five seconds and no more', async (t) => {
  const { issuer, call } = await startProtected(t);
  const answers: [claims: Record<string, number>, status: number][] = [
    [{ exp: seconds(-2) }, 200],
    [{ exp: seconds(-8) }, 401],
    [{ nbf: seconds(3) }, 200],
    [{ nbf: seconds(12) }, 401],
  ];
  for (const [claims, status] of answers) {
    const token = await issuer.mint({ claims });
    assert.equal((await call('list_models', read, token)).status, status, JSON.stringify(claims));
  }
});

test('malformed credentials are refused with 400 invalid_request', async (t) => {
  const { issuer, server } = await startProtected(t);
  const token = await issuer.tokenFor('alice');
  const send = async (target: string, ...credentials: string[]) => {
    const fields = Object.entries(mcpHeaders('list_models')).map(
      ([name, value]) => `${name}: ${value}`,
    );
    const lines = [`POST ${target} HTTP/1.1`, 'Host: 127.0.0.1', ...fields, ...credentials];
    return sendBytes(server.url, requestText(lines, toolCall('list_models', read)));
  };
  const right = `Authorization: Bearer ${token}`;
  const faults: [target: string, credentials: string[]][] = [
    ['/mcp', [right, right]],
    ['/mcp', [right, 'Authorization: Basic YTpi']],
    ['/mcp', ['Authorization: Basic YTpi', right]],
    ['/mcp', [right, 'authorization: Bearer a.b.c']],
    ['/mcp', ['Authorization: Bearer']],
    ['/mcp', ['Authorization: Bearer ']],
    ['/mcp', [`Authorization: Bearer ${token} ${token}`]],
    ['/mcp', [`Authorization: Bearer ${token}, Bearer ${token}`]],
    ['/mcp', [`Authorization: Bearer "${token}"`]],
    [`/mcp?access_token=${token}`, []],
    [`/mcp?access_token=${token}`, [right]],
    [`/mcp?a=b&access%5Ftoken=${token}`, [right]],
    [`/mcp?access_token`, [right]],
  ];
  for (const [target, credentials] of faults) {
    const answer = await send(target, ...credentials);
    assert.equal(statusOf(answer), 400, `${target} ${credentials.join()}`);
    assert.match(answer, /www-authenticate: Bearer error="invalid_request", error_description="/i);
  }
  assert.equal(faults.length, 13);
  assert.deepEqual(server.journal.calls, []);
  for (const credentials of [
    right,
    `authorization: bearer   ${token}`,
    `AUTHORIZATION: BEARER ${token}`,
  ]) {
    assert.equal(statusOf(await send('/mcp', credentials)), 200);
  }
});

test('another method is refused after the token, with 405 only for who has one', async (t) => {
  const { issuer, server } = await startProtected(t);
  for (const method of ['GET', 'DELETE', 'OPTIONS']) {
    assert.equal((await fetch(server.url, { method })).status, 401, method);
    const headers = { authorization: `Bearer ${await issuer.tokenFor('alice')}` };
    assert.equal((await fetch(server.url, { method, headers })).status, 405, method);
  }
});

test('a stage that is told something wrong is not made', () => {
  const right = {
    resource: 'https://mcp.example.com/mcp',
    issuer: 'https://idp.example.com',
    jwksUri: 'https://idp.example.com/jwks',
    algorithms: ['ES256'],
    scopes: ['models:read'],
    tools: { list_models: 'models:read' },
  };
  assert.equal(typeof tokenAuthentication(right), 'function');
  const faults: [Partial<typeof right>, RegExp][] = [
    [
      { issuer: 'http://idp.example.com' },
      /^issuer: "http:\/\/idp.example.com" is not an https URL/,
    ],
    [{ resource: 'http://mcp.example.com/mcp' }, /^resource: /],
    [{ resource: 'https://mcp.example.com/mcp#a' }, /^resource: /],
    [{ jwksUri: 'file:///jwks' }, /^jwksUri: /],
    [{ algorithms: ['HS256'] }, /^algorithms: HS256: /],
    [{ algorithms: [] }, /^algorithms: none given: /],
    [{ scopes: [] }, /^scopes: /],
    [{ tools: { list_models: 'models:write' } }, /^tools: list_models needs "models:write"/],
  ];
  for (const [change, message] of faults) {
    assert.throws(() => tokenAuthentication({ ...right, ...change }), {
      message,
    });
  }
});

test('the stage tells the stages after it who calls', async (t) => {
  const { issuer, call } = await startProtected(t);
  assert.equal((await call('list_models', read)).status, 401);
  const stages: Stage[] = [
    tokenAuthentication({
      resource: other,
      issuer: issuer.issuer,
      jwksUri: issuer.jwksUri,
      algorithms: ['ES256'],
      scopes: ['models:read', 'models:deploy'],
      tools: { list_models: 'models:read' },
    }),
    ({ caller }) => ({
      status: 418,
      body: JSON.stringify({ ...caller, until: 0, claims: caller?.claims['roles'] }),
    }),
  ];
  const server = await startReferenceServer({ stages });
  t.after(() => server.close());
  const token = await issuer.mint({ subject: 'support-agent', claims: { aud: other } });
  const headers = mcpHeaders('list_models', token);
  const body = toolCall('list_models', read);
  const response = await fetch(server.url, { method: 'POST', headers, body });
  assert.equal(response.status, 418);
  assert.deepEqual(await response.json(), {
    subject: 'alice',
    clientId: 'support-agent',
    issuer: issuer.issuer,
    scopes: ['models:read'],
    until: 0,
    claims: ['viewer'],
  });
});

function seconds(fromNow: number): number {
  return Math.floor(Date.now() / 1000) + fromNow;
}
