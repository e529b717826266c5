import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createChallenge } from '../patterns/token-authentication/challenge.ts';
import { metadataUrl } from '../patterns/token-authentication/metadata.ts';
import { requestText, sendBytes, startProtected, statusOf } from './lib/gate-fixture.ts';

const resource = 'https://mcp.example.com/mcp';
const path = '/.well-known/oauth-protected-resource/mcp';

test('the metadata names the resource, its issuer, the minimal scope and the header', async (t) => {
  const { issuer, server } = await startProtected(t, { resource });
  const response = await fetch(new URL(path, server.url));
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'application/json');
  assert.equal(response.headers.get('cache-control'), 'public, max-age=300');
  assert.deepEqual(await response.json(), {
    resource: 'https://mcp.example.com/mcp',
    authorization_servers: [issuer.issuer],
    scopes_supported: ['models:read'],
    bearer_methods_supported: ['header'],
  });
});

test('a page of any site can read the metadata', async (t) => {
  const { server } = await startProtected(t, { resource });
  const origin = 'https://client.example.com';
  const response = await fetch(new URL(path, server.url), { headers: { origin } });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('access-control-allow-origin'), '*');
  const preflight = await fetch(new URL(path, server.url), {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-headers': 'mcp-protocol-version' },
  });
  assert.equal(preflight.status, 204);
  assert.equal(preflight.headers.get('access-control-allow-headers'), 'mcp-protocol-version');
  assert.equal((await fetch(new URL(path, server.url), { method: 'POST' })).status, 405);
});

test('the metadata stands at one place and nothing else well-known exists', async (t) => {
  const { server } = await startProtected(t, { resource });
  const targets = [
    '/.well-known/oauth-protected-resource',
    `${path}/`,
    `${path}?a`,
    `/${path}`,
    '/.well-known/oauth-authorization-server',
    '/.well-known/oauth-protected-resource/other',
    '/.well-known/oauth-protected-resource%2Fmcp',
  ];
  for (const target of targets) {
    const answer = await sendBytes(server.url, requestText([`GET ${target} HTTP/1.1`, 'Host: a']));
    assert.equal(statusOf(answer), 404, target);
  }
});

test('the path of the resource stands behind the well-known one', () => {
  assert.equal(
    metadataUrl('https://example.com/public/mcp').href,
    'https://example.com/.well-known/oauth-protected-resource/public/mcp',
  );
  assert.equal(
    metadataUrl('https://example.com/').href,
    'https://example.com/.well-known/oauth-protected-resource',
  );
});

test('no request header changes a URL that the server names', async (t) => {
  const { server } = await startProtected(t, { resource });
  const poison = [
    'Host: evil.example',
    'X-Forwarded-Host: evil.example',
    'X-Forwarded-Proto: http',
    'X-Forwarded-Prefix: /evil',
    'X-Original-URL: /evil',
    'Forwarded: host=evil.example;proto=http',
  ];
  const challenge = await sendBytes(server.url, requestText(['POST /mcp HTTP/1.1', ...poison]));
  assert.match(
    challenge,
    /www-authenticate: Bearer resource_metadata="https:\/\/mcp\.example\.com\/\.well-known\/oauth-protected-resource\/mcp", scope="models:read"\r/i,
  );
  const metadata = await sendBytes(server.url, requestText([`GET ${path} HTTP/1.1`, ...poison]));
  assert.match(metadata, /"resource":"https:\/\/mcp\.example\.com\/mcp"/);
  assert.doesNotMatch(challenge + metadata, /evil/);
});

test('a value in a challenge cannot leave its quotes', () => {
  const challenge = createChallenge(new URL('https://mcp.example.com/m'), 'a');
  const { headers } = challenge.refused('invalid_token', 'a "b" \\ c\r\nX-A: d é');
  assert.equal(
    headers?.['www-authenticate'],
    'Bearer error="invalid_token", error_description="a \\"b\\" \\\\ cX-A: d ", resource_metadata="https://mcp.example.com/m", scope="a"',
  );
});
