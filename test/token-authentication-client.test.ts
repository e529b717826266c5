import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { Untrusted } from '../patterns/token-authentication/client-checks.ts';
import { obtainToken, type ObtainOptions } from '../patterns/token-authentication/obtain-token.ts';

const server = 'https://mcp.example.com/mcp';
const metadata = 'https://mcp.example.com/.well-known/oauth-protected-resource/mcp';
const issuer = 'https://idp.example.com';

/** An honest world, of which a test changes one thing. */
interface World {
  challenge: string;
  status: number;
  resource: Record<string, unknown>;
  as: Record<string, unknown>;
  asUrl: string;
  resourceUrl: string;
  answer: (request: URL) => Record<string, string>;
}

const honest: World = {
  challenge: `Bearer resource_metadata="${metadata}", scope="models:read"`,
  status: 401,
  resource: { resource: server, authorization_servers: [issuer], scopes_supported: ['minimal'] },
  as: {
    issuer,
    authorization_endpoint: `${issuer}/auth?tenant=a`,
    token_endpoint: `${issuer}/token`,
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
  },
  asUrl: `${issuer}/.well-known/oauth-authorization-server`,
  resourceUrl: metadata,
  answer: (request) => ({
    code: 'secret-code',
    state: request.searchParams.get('state') ?? '',
    iss: issuer,
  }),
};

/** Run the flow in a world; say what was fetched, what the browser opened and what was sent. */
async function obtain(change: Partial<World> = {}, options: Partial<ObtainOptions> = {}) {
  const world = { ...honest, ...change };
  const fetched: string[] = [];
  const opened: URL[] = [];
  let form: URLSearchParams | undefined;
  const json = (body: object) => Promise.resolve(Response.json(body));
  const result = await obtainToken({
    serverUrl: new URL(server),
    clientId: 'client',
    redirectUri: new URL('http://127.0.0.1:9999/callback'),
    openBrowser: (request) => {
      opened.push(request);
      const callback = new URL('http://127.0.0.1:9999/callback');
      callback.search = new URLSearchParams(world.answer(request)).toString();
      return Promise.resolve(callback);
    },
    ...options,
    fetch: (input, init) => {
      const url = input instanceof Request ? input.url : input.toString();
      fetched.push(url);
      assert.equal(init?.redirect, 'manual', url);
      if (url === server) {
        const headers = { 'www-authenticate': world.challenge };
        return Promise.resolve(new Response('', { status: world.status, headers }));
      }
      if (url === world.resourceUrl) return json(world.resource);
      if (url === world.asUrl) return json(world.as);
      if (!url.endsWith('/token')) return Promise.resolve(new Response('', { status: 404 }));
      assert.ok(init?.body instanceof URLSearchParams);
      form = init.body;
      return json({ access_token: 'granted', token_type: 'Bearer' });
    },
  }).then(
    (token) => ({ token, error: undefined }),
    (error: Error) => ({ token: undefined, error }),
  );
  return { ...result, fetched, opened, form };
}

/** The flow must stop with this reason, before the browser opened or before the code was sent. */
function assertStops(
  { error, opened, form }: Awaited<ReturnType<typeof obtain>>,
  message: string | RegExp,
  browser: 'unopened' | 'opened' = 'unopened',
): void {
  assert.ok(error instanceof Untrusted, String(error));
  if (typeof message === 'string') assert.equal(error.message, message);
  else assert.match(error.message, message);
  assert.equal(opened.length, browser === 'opened' ? 1 : 0);
  assert.equal(form, undefined);
}

test('a client discovers, proves possession of its code and asks for a token for one server', async () => {
  const { token, fetched, opened, form } = await obtain();
  assert.deepEqual(token, { accessToken: 'granted', issuer, scope: 'models:read' });
  assert.deepEqual(fetched, [server, metadata, honest.asUrl, `${issuer}/token`]);
  const request = Object.fromEntries(opened[0]?.searchParams ?? []);
  const { state, code_challenge: challenge, ...fixed } = request;
  assert.deepEqual(fixed, {
    tenant: 'a',
    response_type: 'code',
    client_id: 'client',
    redirect_uri: 'http://127.0.0.1:9999/callback',
    resource: server,
    code_challenge_method: 'S256',
    scope: 'models:read',
  });
  assert.match(state ?? '', /^[\w-]{43}$/);
  const { code_verifier: verifier = '', ...sent } = Object.fromEntries(form ?? []);
  assert.equal(createHash('sha256').update(verifier).digest('base64url'), challenge);
  assert.deepEqual(sent, {
    grant_type: 'authorization_code',
    code: 'secret-code',
    redirect_uri: 'http://127.0.0.1:9999/callback',
    client_id: 'client',
    resource: server,
  });
});

test('state and verifier are new for each request', async () => {
  const [one, two] = [await obtain(), await obtain()];
  for (const name of ['state', 'code_challenge']) {
    const [first, second] = [one, two].map(({ opened }) => opened[0]?.searchParams.get(name));
    assert.notEqual(first, second);
  }
});

test('the scope asked for is that of the challenge, else the minimal one, else none', async () => {
  const withoutScope = { challenge: `Bearer resource_metadata="${metadata}"` };
  const bare = { resource: server, authorization_servers: [issuer] };
  const scope = async (...parameters: Parameters<typeof obtain>) =>
    (await obtain(...parameters)).opened[0]?.searchParams.get('scope');
  assert.equal(await scope(), 'models:read');
  assert.equal(await scope({}, { scope: 'models:deploy' }), 'models:deploy');
  assert.equal(await scope(withoutScope), 'minimal');
  assert.equal(await scope({ ...withoutScope, resource: bare }), null);
});

test('without resource_metadata the well-known places are tried, path first', async () => {
  const root = 'https://mcp.example.com/.well-known/oauth-protected-resource';
  const { token, fetched } = await obtain({ challenge: 'Bearer', resourceUrl: root });
  assert.equal(token?.accessToken, 'granted');
  assert.deepEqual(fetched.slice(0, 3), [server, metadata, root]);
});

test('an issuer with a path is looked up in three places, in order', async () => {
  const tenant = `${issuer}/tenant1`;
  const places = [
    `${issuer}/.well-known/oauth-authorization-server/tenant1`,
    `${issuer}/.well-known/openid-configuration/tenant1`,
    `${issuer}/tenant1/.well-known/openid-configuration`,
  ];
  const { token, fetched } = await obtain({
    resource: { resource: server, authorization_servers: [tenant] },
    as: { ...honest.as, issuer: tenant },
    asUrl: places[2],
    answer: (request) => ({ ...honest.answer(request), iss: tenant }),
  });
  assert.equal(token?.issuer, tenant);
  assert.deepEqual(fetched.slice(2, 5), places);
});

test('metadata about another server is not used', async () => {
  for (const resource of [
    'https://other.example.com/mcp',
    'https://mcp.example.com',
    `${server}/`,
  ]) {
    const lying = { resource: { ...honest.resource, resource } };
    assertStops(await obtain(lying), `the metadata is about ${resource}`);
  }
});

test('metadata of an issuer that names itself otherwise is not used', async () => {
  for (const named of ['https://honest.example.com', `${issuer}/`, 'https://IDP.example.com']) {
    const as = { ...honest.as, issuer: named };
    assertStops(await obtain({ as }), `${issuer} names itself ${named}`);
  }
});

test('an authorization server that does not announce S256 is refused', async () => {
  for (const methods of [undefined, [], ['plain'], ['s256']]) {
    const as = { ...honest.as, code_challenge_methods_supported: methods };
    assertStops(await obtain({ as }), `${issuer} does not announce PKCE with S256`);
  }
});

test('an authorization URL that is neither https nor loopback is not opened', async () => {
  const urls = [
    'javascript:alert(1)',
    'data:text/html,a',
    'file:///etc/passwd',
    'vbscript:a',
    'http://idp.example.com/auth',
    'https://a:b@idp.example.com/auth',
    'auth',
    '',
  ];
  for (const url of urls) {
    const as = { ...honest.as, authorization_endpoint: url };
    assertStops(
      await obtain({ as }),
      `authorization endpoint "${url}" is neither https nor loopback`,
    );
  }
  const as = { ...honest.as, authorization_endpoint: 'http://127.0.0.1:8931/auth' };
  assert.equal((await obtain({ as })).token?.accessToken, 'granted');
});

test('nothing is fetched from or sent to a place without TLS', async () => {
  const plain = 'http://mcp.example.com/mcp';
  const first = await obtain({}, { serverUrl: new URL(plain) });
  assertStops(first, `server URL "${plain}" is neither https nor loopback`);
  assert.deepEqual(first.fetched, []);
  const challenge = 'Bearer resource_metadata="http://10.0.0.1/latest/meta-data"';
  const second = await obtain({ challenge });
  assertStops(second, /^resource_metadata "http:\/\/10\.0\.0\.1/);
  assert.deepEqual(second.fetched, [server]);
  const resource = { ...honest.resource, authorization_servers: ['http://idp.example.com'] };
  assertStops(await obtain({ resource }), /^authorization server "http:/);
  const as = { ...honest.as, token_endpoint: 'http://idp.example.com/token' };
  assertStops(await obtain({ as }), /^token endpoint "http:/);
});

test('a client id is not used with an issuer that it is not registered with', async () => {
  const attacker = 'https://evil.example';
  const resource = { ...honest.resource, authorization_servers: [attacker] };
  const as = { ...honest.as, issuer: attacker };
  const asUrl = `${attacker}/.well-known/oauth-authorization-server`;
  const answer = await obtain({ resource, as, asUrl }, { expectedIssuer: issuer });
  assertStops(answer, `the client is not registered with ${attacker}`);
  assert.ok(!answer.fetched.includes(asUrl));
  assert.equal((await obtain({}, { expectedIssuer: issuer })).token?.issuer, issuer);
});

test('an answer of another request is not acted on', async () => {
  for (const state of ['other', '', undefined]) {
    const answer = () => ({
      code: 'secret-code',
      iss: issuer,
      ...(state !== undefined && { state }),
    });
    const stopped = await obtain({ answer });
    assertStops(stopped, `the answer is not from this request and ${issuer}`, 'opened');
  }
});

test('the issuer of an answer is compared as RFC 9207 says', async () => {
  const advertised = honest.as;
  const silent = { ...advertised, authorization_response_iss_parameter_supported: undefined };
  const denied = { ...advertised, authorization_response_iss_parameter_supported: false };
  const rows: [as: Record<string, unknown>, iss: string | undefined, accepted: boolean][] = [
    [advertised, issuer, true],
    [advertised, undefined, false],
    [silent, issuer, true],
    [silent, undefined, true],
    [denied, undefined, true],
    [advertised, 'https://evil.example', false],
    [silent, 'https://evil.example', false],
    [denied, 'https://evil.example', false],
    [advertised, `${issuer}/`, false],
    [advertised, 'https://IDP.example.com', false],
    [advertised, `${issuer}:443`, false],
  ];
  for (const [as, iss, accepted] of rows) {
    const answer = (request: URL) => ({
      code: 'secret-code',
      state: request.searchParams.get('state') ?? '',
      ...(iss !== undefined && { iss }),
    });
    const result = await obtain({ as, answer });
    if (accepted) assert.equal(result.token?.accessToken, 'granted', `${iss}`);
    else assertStops(result, `the answer is not from this request and ${issuer}`, 'opened');
  }
});

test('an error of another issuer is not shown, one of the right issuer is', async () => {
  const refusal = (iss: string) => (request: URL) => ({
    error: 'access_denied',
    error_description: 'call 555-0100',
    state: request.searchParams.get('state') ?? '',
    iss,
  });
  const forged = await obtain({ answer: refusal('https://evil.example') });
  assertStops(forged, `the answer is not from this request and ${issuer}`, 'opened');
  const { error } = await obtain({ answer: refusal(issuer) });
  assert.ok(!(error instanceof Untrusted));
  assert.equal((error as Error & { error?: string }).error, 'access_denied');
});

test('a server that asks for no token, and documents that are none, end in one line', async () => {
  assertStops(await obtain({ status: 200 }), `${server} answers 200 and asks for no token`);
  assertStops(
    await obtain({ resourceUrl: '' }),
    `no metadata of the resource_metadata at ${metadata}`,
  );
  assertStops(await obtain({ asUrl: '' }), /^no metadata of the authorization server at https/);
  assertStops(await obtain({ resource: {} }), /holds no metadata/);
  assertStops(
    await obtain({ resource: { ...honest.resource, authorization_servers: [] } }),
    /holds no metadata/,
  );
  assertStops(await obtain({ as: { issuer } }), /holds no metadata/);
});
