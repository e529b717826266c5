import assert from 'node:assert/strict';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { connect } from 'node:tls';
import { fieldValues, sendRaw, type RawAnswer } from './corpus/raw-http.ts';
import { startGateway, type Gateway } from './planes/gateway.ts';
import { startSurroundings, type Surroundings } from './planes/protected-server.ts';
import { resource } from './surfaces/server.ts';

const url = new URL(resource);
const origin = 'https://console.example.com';
const metadata = '/.well-known/oauth-protected-resource/mcp';

/** What arrived behind the gateway, and how the server behind it answers. */
const arrived: { path: string; headers: IncomingHttpHeaders; body: string }[] = [];
const backend = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const { url: path = '', headers } = request;
    arrived.push({ path, headers, body: Buffer.concat(chunks).toString() });
    response.statusCode = Number(headers['x-answer'] ?? 200);
    response.setHeader('www-authenticate', 'of the server');
    response.end('from the server');
  });
});

const backendPort = () => (backend.address() as AddressInfo).port;

let around: Surroundings;
let gateway: Gateway;
before(async () => {
  around = await startSurroundings();
  await new Promise<void>((resolve) => backend.listen(0, '127.0.0.2', resolve));
  const issuer = Number(new URL(around.authorizationServer.issuer).port);
  gateway = await startGateway({ issuer, server: backendPort() });
});
after(async () => {
  await gateway.close();
  await around.close();
  backend.closeAllConnections();
  backend.close();
});

interface Sent {
  method?: string;
  target?: string;
  host?: string;
  headers?: [string, string][];
  body?: string;
}

/** Send a request over TLS; nothing that is not said here is added to its fields. */
async function send({ method = 'POST', target = '/mcp', host = url.host, ...more }: Sent = {}) {
  arrived.length = 0;
  const headers: [string, string][] = [['Host', host], ...(more.headers ?? [])];
  return sendRaw(url, { method, target, headers, body: more.body ?? '' }, gateway.via);
}

async function bearer(subject = 'alice', scope = 'models:read'): Promise<[string, string]> {
  const token = await around.authorizationServer.tokenFor(subject, { scope, resource });
  return ['Authorization', `Bearer ${token}`];
}

/** What Envoy has written of requests, once it is so many. */
async function lines(wanted: number): Promise<string[]> {
  for (let tries = 0; tries < 100 && gateway.accessLog().length < wanted; tries += 1) {
    await delay(50);
  }
  return gateway.accessLog();
}

/** In what proxies tell a server who calls. */
const claimed = [
  ...['X-Forwarded-User', 'X-Forwarded-Preferred-Username', 'X-Forwarded-Groups'],
  ...['X-Forwarded-Client-Cert', 'X-Forwarded-Access-Token', 'X-Auth-Request-Email'],
  ...['X-Auth-Request-Preferred-Username', 'Remote-User', 'X-Remote-User', 'X-User'],
  ...['X-Authenticated-User', 'X-Webauth-User', 'X-Amzn-Oidc-Identity', 'Cf-Access-Jwt-Assertion'],
  ...['Ssl-Client-Verify', 'X-Ssl-Client-Dn', 'Forwarded', 'X-Real-Ip', 'X-Original-Url'],
  ...['Cookie', 'Proxy-Authorization', 'X-Goog-Authenticated-User-Email', 'X-Ms-Client-Principal'],
];

const field = ({ headers }: RawAnswer, name: string): string | undefined =>
  fieldValues(headers, name)[0];

test('every object is accepted and every reference of a route resolves', () => {
  const { conditions } = gateway;
  assert.deepEqual(
    conditions.filter((condition) => !/: \w+ True$/.test(condition)),
    [],
  );
  for (const expected of [
    'GatewayClass /envoy: Accepted True',
    'Gateway mcp-ingress/mcp-model-operations: Accepted True',
    'EnvoyProxy mcp-ingress/ingress-gateway.mcp.model-operations: Accepted True',
    'HTTPRoute mcp/ingress-gateway.model-operations: Accepted True',
    'HTTPRoute mcp/ingress-gateway.model-operations: ResolvedRefs True',
    'HTTPRoute mcp/ingress-gateway-metadata.model-operations: ResolvedRefs True',
    'HTTPRoute mcp/ingress-gateway-health.model-operations: ResolvedRefs True',
    'SecurityPolicy mcp-ingress/ingress-gateway-closed.mcp.model-operations: Accepted True',
    'SecurityPolicy mcp/ingress-gateway-open.model-operations: Accepted True',
    'SecurityPolicy mcp/ingress-gateway.model-operations: Accepted True',
    'BackendTrafficPolicy mcp/ingress-gateway.model-operations: Accepted True',
    'ClientTrafficPolicy mcp-ingress/ingress-gateway.mcp.model-operations: Accepted True',
  ]) {
    assert.ok(conditions.includes(expected), `${expected} is not in ${conditions.join('\n')}`);
  }
});

test('the filters that the pattern relies on are in the running Envoy, in their order', async () => {
  const { configs } = (await gateway.admin('/config_dump')) as { configs: object[] };
  const text = JSON.stringify(configs);
  const names = [
    ...text.matchAll(/"name":"envoy\.filters\.http\.(\w+)[^"]*","(?:typed|disabled)/g),
  ];
  const found = names.map(([, name]) => name);
  // before it is the listener that tells Kubernetes that Envoy is ready
  assert.deepEqual(found.slice(found.indexOf('custom_response')), [
    ...['custom_response', 'cors', 'header_mutation', 'jwt_authn', 'buffer'],
    ...['rbac', 'local_ratelimit', 'router'],
  ]);
  const [, ofRoute = '', route] =
    /"typed_per_filter_config":(\{(?:(?!"typed_per_filter_config").)*)"name":"(httproute\/mcp\/ingress-gateway\.[^"]*)"/.exec(
      text,
    ) ?? [];
  assert.match(route ?? '', /^httproute\/mcp\/ingress-gateway\.model-operations\/rule\/0/);
  for (const name of [
    'cors',
    'jwt_authn',
    'rbac',
    'local_ratelimit',
    'buffer',
    'custom_response',
  ]) {
    assert.ok(ofRoute.includes(`"envoy.filters.http.${name}`), `${name} is not on for the route`);
  }
});

test('a call with a token passes, and its answer comes back', async () => {
  const answer = await send({ headers: [await bearer()], body: '{"a":1}' });
  assert.deepEqual([answer.status, answer.body], [200, 'from the server']);
  assert.deepEqual(
    arrived.map(({ path, body }) => [path, body]),
    [['/mcp', '{"a":1}']],
  );
});

test('a client without a token finds its way to the authorization server', async () => {
  const refused = await send();
  assert.equal(refused.status, 401);
  const challenge = field(refused, 'www-authenticate') ?? '';
  assert.equal(
    challenge,
    `Bearer resource_metadata="https://mcp.example.com${metadata}", scope="models:read"`,
  );
  const answer = await send({ method: 'GET', target: metadata });
  assert.equal(answer.status, 200);
  assert.equal(field(answer, 'content-type'), 'application/json');
  assert.deepEqual(JSON.parse(answer.body), {
    resource,
    authorization_servers: [around.authorizationServer.issuer],
    scopes_supported: ['models:read'],
    bearer_methods_supported: ['header'],
  });
  assert.equal(arrived.length, 0);
});

test('health is answered by the server without a token, and nothing else is', async () => {
  assert.equal((await send({ method: 'GET', target: '/healthz' })).status, 200);
  assert.equal(arrived.length, 1);
  for (const target of ['/', '/mcp/', '/MCP', '/mcp/a', '/healthz/a', '/admin', '/.well-known/x']) {
    const answer = await send({ target, headers: [await bearer()] });
    assert.deepEqual([target, answer.status, arrived.length], [target, 404, 0]);
  }
});

test('another host, and another name in TLS, lead nowhere', async () => {
  const answer = await send({ host: 'other.example.com', headers: [await bearer()] });
  assert.deepEqual([answer.status, arrived.length], [404, 0]);
  await assert.rejects(
    sendRaw(
      new URL('https://other.example.com/mcp'),
      { method: 'POST', target: '/mcp', headers: [['Host', 'other.example.com']] },
      gateway.via,
    ),
  );
  assert.equal(arrived.length, 0);
});

test('plain HTTP is not spoken, nor TLS before 1.2', async () => {
  const plain = new URL(`http://127.0.0.1:${gateway.via.port}/mcp`);
  const request = { method: 'POST', target: '/mcp', headers: [['Host', url.host] as const] };
  await assert.rejects(sendRaw(plain, request));
  const handshake = (maxVersion: 'TLSv1.1' | 'TLSv1.2') =>
    new Promise<string>((resolve) => {
      const socket = connect({
        ...gateway.via,
        host: '127.0.0.1',
        servername: url.hostname,
        minVersion: maxVersion,
        maxVersion,
        ciphers: 'DEFAULT@SECLEVEL=0',
      });
      socket.once('secureConnect', () => resolve(socket.getProtocol() ?? 'none'));
      socket.once('error', ({ message }: Error) => resolve(message));
      socket.once('close', () => resolve('closed'));
      socket.once('secureConnect', () => socket.destroy());
    });
  assert.equal(await handshake('TLSv1.2'), 'TLSv1.2');
  assert.match(await handshake('TLSv1.1'), /protocol version/);
});

test('the server is told the verified subject and client, whatever the request claims', async () => {
  const answer = await send({
    headers: [
      await bearer(),
      ['X-Mcp-Subject', 'carol'],
      ['x-mcp-subject', 'carol'],
      ['X-MCP-Client', 'ci-deployer'],
      ...claimed.map((name): [string, string] => [name, 'carol']),
      ['X-Forwarded-For', '192.0.2.1'],
    ],
  });
  assert.equal(answer.status, 200);
  const headers = arrived[0]?.headers ?? {};
  assert.equal(headers['x-mcp-subject'], 'alice');
  assert.match(String(headers['x-mcp-client']), /^https?:|^[a-z-]+$/);
  assert.notEqual(headers['x-mcp-client'], 'ci-deployer');
  assert.deepEqual(
    claimed.filter((name) => name.toLowerCase() in headers),
    [],
  );
  assert.match(String(headers['x-forwarded-for']), /^192\.0\.2\.1,/, 'the way here is kept');
});

test('a subject or client that is no text is refused, and the reason says so', async () => {
  const reasons = {
    sub: /^(subject|jwt_authn_access_denied\{Jwt_payload_\[sub\]_field_is_not_a_string\})$/,
    client_id: /^client$/,
  };
  for (const [claim, expected] of Object.entries(reasons)) {
    for (const value of [null, [], ['alice'], {}, { a: 'b' }, 7, true, '']) {
      const claims = { scope: 'models:read', [claim]: value };
      const token = await around.authorizationServer.mint({ claims });
      const answer = await send({ headers: [['Authorization', `Bearer ${token}`]] });
      assert.deepEqual([answer.status, arrived.length], [401, 0], JSON.stringify(claims));
      const { reason } = JSON.parse(answer.body) as { reason: string };
      assert.match(reason, expected, JSON.stringify(claims));
    }
  }
});

test('a field whose name has an underscore is refused', async () => {
  const answer = await send({ headers: [await bearer(), ['x_mcp_subject', 'carol']] });
  assert.deepEqual([answer.status, arrived.length], [400, 0]);
});

test('a page of another origin is refused, and one of the origin in the settings is served', async () => {
  const foreign = await send({ headers: [await bearer(), ['Origin', 'https://evil.example']] });
  assert.deepEqual([foreign.status, arrived.length], [403, 0]);
  assert.equal(field(foreign, 'access-control-allow-origin'), undefined);
  const own = await send({ headers: [await bearer(), ['Origin', origin]] });
  assert.deepEqual([own.status, arrived.length], [200, 1]);
  assert.equal(field(own, 'access-control-allow-origin'), origin);
  assert.equal(arrived[0]?.headers.origin, undefined, 'the gateway has judged it');
});

test('a page may send the fields of MCP, and may read the challenge', async () => {
  const wanted = 'authorization,content-type,mcp-protocol-version,mcp-method,mcp-name';
  const preflight = (from: string) =>
    send({
      method: 'OPTIONS',
      headers: [
        ['Origin', from],
        ['Access-Control-Request-Method', 'POST'],
        ['Access-Control-Request-Headers', wanted],
      ],
    });
  const own = await preflight(origin);
  assert.equal(own.status, 200);
  assert.equal(field(own, 'access-control-allow-origin'), origin);
  const allowed = (field(own, 'access-control-allow-headers') ?? '').split(/, */);
  assert.deepEqual(
    wanted.split(',').filter((name) => !allowed.includes(name)),
    [],
  );
  const foreign = await preflight('https://evil.example');
  assert.equal(field(foreign, 'access-control-allow-origin'), undefined);
  const refused = await send({ headers: [['Origin', origin]] });
  assert.equal(refused.status, 401);
  assert.equal(field(refused, 'access-control-allow-origin'), origin);
  assert.match(field(refused, 'access-control-expose-headers') ?? '', /www-authenticate/i);
  const found = await send({ method: 'GET', target: metadata, headers: [['Origin', origin]] });
  assert.equal(field(found, 'access-control-allow-origin'), origin);
});

test('a message of more than 1 MiB, and fields of more than 60 KiB, do not reach the server', async () => {
  const token = await bearer();
  const fits = await send({ headers: [token], body: 'a'.repeat(1024 * 1024) });
  assert.equal(fits.status, 200);
  const large = await send({ headers: [token], body: 'a'.repeat(1024 * 1024 + 1) });
  assert.deepEqual([large.status, arrived.length], [413, 0]);
  const fields = await send({ headers: [token, ['X-Long', 'a'.repeat(61 * 1024)]] });
  assert.deepEqual([fields.status, arrived.length], [431, 0]);
});

test('an encoded slash in the path is refused, and slashes are merged before the route', async () => {
  const encoded = await send({ target: '/mcp%2f..%2fhealthz', headers: [await bearer()] });
  assert.deepEqual([encoded.status, arrived.length], [400, 0]);
  assert.equal((await send({ target: '//mcp' })).status, 401);
  assert.equal((await send({ target: '/a/../mcp' })).status, 401);
});

test('what the server itself refuses is passed on as it is', async () => {
  for (const status of [400, 401, 403, 405, 429]) {
    const headers: [string, string][] = [await bearer(), ['X-Answer', String(status)]];
    const answer = await send({ headers });
    assert.deepEqual([answer.status, answer.body], [status, 'from the server']);
    assert.equal(field(answer, 'www-authenticate'), 'of the server');
    assert.equal(field(answer, 'x-reason'), undefined);
  }
});

test('the access log says who called and what was refused, and holds no token', async () => {
  const [name, value] = await bearer();
  const token = value.slice('Bearer '.length);
  const forged = `${value.slice(0, -8)}AAAAAAAA`;
  const query = `?access_token=${token}`;
  // what the tests before have caused is written by then
  await delay(500);
  const first = gateway.accessLog().length;
  await send({ headers: [[name, value]] });
  await send({ headers: [await bearer('ci-deployer', 'models:read')], target: `/mcp${query}` });
  await send({ headers: [[name, forged]] });
  await send({ target: `/nowhere${query}` });
  await send({
    target: `/healthz${query}`,
    method: 'GET',
    headers: [
      ...['User-Agent', 'X-Request-Id', 'Cookie'].map((at): [string, string] => [at, token]),
    ],
  });
  const written = (await lines(first + 5)).slice(first);
  assert.doesNotMatch(written.join('\n'), /access_token|eyJ/);
  const entries = written.map((line) => JSON.parse(line) as Record<string, string | number | null>);
  assert.deepEqual(
    entries.map(({ subject, status, path }) => [subject, status, path]),
    [
      ['alice', 200, '/mcp'],
      ['ci-deployer', 400, '/mcp'],
      [null, 401, '/mcp'],
      [null, 404, '/nowhere'],
      [null, 200, '/healthz'],
    ],
  );
  assert.deepEqual(
    entries.map(({ challenge }) => /error="(\w+)"/.exec(String(challenge))?.[1]),
    [undefined, 'invalid_request', 'invalid_token', undefined, undefined],
  );
  assert.equal(entries[0]?.['client'], 'mcp-terminal');
  assert.match(
    String(entries[0]?.['route']),
    /^httproute\/mcp\/ingress-gateway\.model-operations\//,
  );
  assert.match(String(entries[0]?.['id']), /^[0-9a-f-]{36}$/);
});

test('Envoy listens on loopback and nowhere else while it is tested', async () => {
  const { listener_statuses: listeners } = await gateway.admin('/listeners?format=json');
  const addresses = [...JSON.stringify(listeners).matchAll(/"address":"([^"]+)"/g)];
  assert.deepEqual([...new Set(addresses.map(([, address]) => address))], ['127.0.0.1']);
});

test('no method passes without a token', async () => {
  for (const method of ['GET', 'DELETE', 'PUT', 'PATCH', 'HEAD', 'OPTIONS', 'TRACE']) {
    const answer = await send({ method });
    assert.deepEqual([method, answer.status, arrived.length], [method, 401, 0]);
  }
});

test('a caller that calls too often is refused, and no other', async () => {
  const token = await bearer('dave', 'models:deploy');
  const statuses: number[] = [];
  while (statuses.length < 3000 && !statuses.includes(429)) {
    const batch = Array.from({ length: 50 }, () => send({ headers: [token] }));
    statuses.push(...(await Promise.all(batch)).map(({ status }) => status));
  }
  const passed = statuses.filter((status) => status === 200).length;
  assert.deepEqual([...new Set(statuses)], [200, 429]);
  assert.ok(passed >= 600, `only ${passed} passed`);
  const other = await bearer();
  const others = Array.from({ length: 50 }, () => send({ headers: [other] }));
  assert.deepEqual([...new Set((await Promise.all(others)).map(({ status }) => status))], [200]);
});

test('the limit for all callers holds where the one for each, which forgets, does not', async () => {
  const issuer = Number(new URL(around.authorizationServer.issuer).port);
  const rules = 'BackendTrafficPolicy spec.rateLimit.local.rules';
  const limited = await startGateway({ issuer, server: backendPort() }, [
    { at: `${rules}.0.limit.requests`, value: 2 },
    { at: `${rules}.1.limit.requests`, value: 40 },
  ]);
  try {
    const call = async (sub: string) => {
      const claims = { sub, scope: 'models:read' };
      const token = await around.authorizationServer.mint({ claims });
      const headers: [string, string][] = [
        ['Host', url.host],
        ['Authorization', `Bearer ${token}`],
      ];
      const request = { method: 'POST', target: '/mcp', headers, body: '' };
      return (await sendRaw(url, request, limited.via)).status;
    };
    const first = [await call('one'), await call('one'), await call('one')];
    assert.deepEqual(first, [200, 200, 429]);
    const others = Array.from({ length: 20 }, (_, index) => `other-${index}`);
    for (const other of others) assert.equal(await call(other), 200);
    // Envoy counts for no more than 20 callers, and Envoy Gateway cannot say otherwise for a route
    assert.equal(await call('one'), 200);
    const more = [];
    for (const other of others) more.push(await call(other));
    assert.equal(more.filter((status) => status === 200).length, 40 - 2 - 20 - 1);
    assert.equal(await call('one'), 429);
  } finally {
    await limited.close();
  }
});
