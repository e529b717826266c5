import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { generate } from 'selfsigned';
import { causeOf } from '../patterns/gate/cause.ts';
import type { LogEntry } from '../patterns/gate/log.ts';
import { startGate } from '../patterns/gate/start-gate.ts';
import { startAuthorizationServer } from '../patterns/reference-server/authorization-server.ts';
import type { MintOptions } from '../patterns/reference-server/mint.ts';
import type { Options } from '../patterns/token-authentication/options.ts';
import { tokenAuthentication } from '../patterns/token-authentication/token-authentication.ts';
import { mcpHeaders, toolCall } from './lib/gate-fixture.ts';

test('the log says why the keys cannot be fetched, and the answer does not', async (t) => {
  const { ask } = await startLogged(t);
  const plain = await listenOnLoopback(t, createServer(answerWrongly));
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }]);
  const secret = await listenOnLoopback(t, createTlsServer({ cert, key }, answerWrongly));
  const faults: [jwksUri: string, cause: RegExp][] = [
    ['http://127.0.0.1:2/', /^connect ECONNREFUSED 127\.0\.0\.1:2$/],
    [`http://127.0.0.1:${plain}/500`, /\/500 answered 500$/],
    [`http://127.0.0.1:${plain}/302`, /\/302 answered 302$/],
    [`http://127.0.0.1:${plain}/200`, /JSON/],
    [`https://127.0.0.1:${secret}/200`, /SELF_SIGNED_CERT: self-signed certificate/],
  ];
  for (const [jwksUri, cause] of faults) {
    const { entry, text } = await ask({}, { jwksUri });
    assert.equal(entry.status, 503);
    assert.match(entry.cause ?? 'none', cause);
    assert.doesNotMatch(text, /127\.0\.0\.1|JSON\b|SELF_SIGNED/, jwksUri);
  }
  const notFound = Object.assign(new Error('getaddrinfo ENOTFOUND a.b'), { code: 'ENOTFOUND' });
  assert.equal(
    causeOf(new TypeError('fetch failed', { cause: notFound })),
    'getaddrinfo ENOTFOUND a.b',
  );
});

test('the log says what a refused token holds and what was wanted, and the answer does not', async (t) => {
  const { ask } = await startLogged(t);
  const faults: [mint: MintOptions, cause: RegExp][] = [
    [{ header: { typ: 'JWT' } }, /^typ is "JWT", not "at\+jwt"$/],
    [{ omit: ['typ'] }, /^typ is missing, not "at\+jwt"$/],
    [
      { claims: { aud: 'api://other' } },
      /^aud is "api:\/\/other", not "http:\/\/127.0.0.1:\d+\/mcp"$/,
    ],
    [{ claims: { aud: ['api://1', 'api://2'] } }, /^aud is \["api:\/\/1","api:\/\/2"\], not "http/],
    [{ claims: { iss: 'api://other' } }, /^iss is "api:\/\/other", not "http/],
    [{ omit: ['client_id'] }, /^client_id is missing$/],
    [{ header: { alg: 'none' } }, /^alg is "none", not "ES256"$/],
    [{ header: { kid: 'api://other' } }, /^no applicable key found in the JSON Web Key Set$/],
    [
      { omit: ['scope'], claims: { scp: ['api://read'] } },
      /^scope is missing, and scp, which is not read, is \["api:\/\/read"\]$/,
    ],
  ];
  for (const [mint, cause] of faults) {
    const { entry, text } = await ask(mint);
    assert.match(entry.cause ?? 'none', cause);
    assert.doesNotMatch(text, /api:|at\+jwt|scp|ES256/);
  }
  const { entry } = await ask({});
  assert.deepEqual(
    [entry.status, entry.reason],
    [502, 'the server behind the gate gave no answer'],
  );
  assert.equal(entry.cause, 'connect ECONNREFUSED 127.0.0.1:1');
});

const answerWrongly: RequestListener = (request, response) => {
  const status = Number(request.url?.slice(1));
  response.writeHead(status, { location: '/200' }).end('<html>');
};

async function listenOnLoopback(
  t: TestContext,
  server: ReturnType<typeof createServer | typeof createTlsServer>,
): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

/** A gate before nothing, and one call through it with a token: what was answered and logged. */
async function startLogged(t: TestContext) {
  const resources: string[] = [];
  const issuer = await startAuthorizationServer({ resources });
  t.after(() => issuer.close());
  const ask = async (mint: MintOptions, change: Partial<Options> = {}) => {
    const stages: ReturnType<typeof tokenAuthentication>[] = [];
    const upstream = new URL('http://127.0.0.1:1');
    const logged = Promise.withResolvers<LogEntry>();
    const gate = await startGate({ stages, upstream, log: logged.resolve });
    resources.splice(0, 1, gate.url.href);
    const { jwksUri } = issuer;
    const tools = { list_models: 'models:read' };
    const fixed = { issuer: issuer.issuer, algorithms: ['ES256'], scopes: ['models:read'], tools };
    stages.push(tokenAuthentication({ resource: gate.url.href, jwksUri, ...fixed, ...change }));
    const headers = mcpHeaders('list_models', await issuer.mint(mint));
    const init = { method: 'POST', headers, body: toolCall('list_models', { tenant: 'acme' }) };
    const response = await fetch(gate.url, init);
    const text = (await response.text()) + (response.headers.get('www-authenticate') ?? '');
    const entry = await logged.promise;
    await gate.close();
    return { entry, text };
  };
  return { ask };
}
