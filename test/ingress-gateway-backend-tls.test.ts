import assert from 'node:assert/strict';
import { createServer as createPlainServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer, type AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { sendRaw } from './corpus/raw-http.ts';
import { authorityOf, makeAuthority, makeCertificate, startGateway } from './planes/gateway.ts';
import { startSurroundings } from './planes/protected-server.ts';
import { resource } from './surfaces/server.ts';

const host = 'model-operations.mcp.svc';
const url = new URL(resource);
const around = await startSurroundings();
const [trusted, stranger] = [await makeAuthority('trusted'), await makeAuthority('stranger')];

/** What arrived at the server: the path, and the name that the gateway asked for in TLS. */
const arrived: [path: string | undefined, name: unknown][] = [];
const answer: RequestListener = ({ url: path, socket }, response) => {
  arrived.push([path, (socket as TLSSocket).servername]);
  response.setHeader('connection', 'close');
  response.end('from the server');
};

/** How the one server behind both gateways speaks; each test says it. */
let speaks: Server;
const backend = createServer((socket) => speaks.emit('connection', socket));
await new Promise<void>((resolve) => backend.listen(0, '127.0.0.2', resolve));
const ports = {
  issuer: Number(new URL(around.authorizationServer.issuer).port),
  server: (backend.address() as AddressInfo).port,
};
const objects = [authorityOf(trusted)];
const withTls = await startGateway(ports, [], { components: ['backend-tls'], objects });
const without = await startGateway(ports);
after(async () => {
  await withTls.close();
  await without.close();
  await around.close();
  backend.close();
});

/** Call through a gateway with a token that holds, before a server that speaks so. */
async function call(gateway: typeof withTls, server: Server, target = '/mcp') {
  arrived.length = 0;
  speaks = server;
  const token = await around.authorizationServer.tokenFor('alice', {
    scope: 'models:read',
    resource,
  });
  const headers = [['Host', url.host] as const, ['Authorization', `Bearer ${token}`] as const];
  const method = target === '/mcp' ? 'POST' : 'GET';
  return sendRaw(url, { method, target, headers }, gateway.via);
}

const speaksTls = async (name: string, by = trusted) =>
  createTlsServer(await makeCertificate(name, by), answer);

/** What Envoy counts of TLS connections to the server that failed. */
async function failures(gateway: typeof withTls): Promise<Map<string, number>> {
  const filter = encodeURIComponent('ssl.(fail_|connection_error)');
  const { stats } = await gateway.admin(`/stats?format=json&filter=${filter}`);
  const counted = (stats as { name: string; value: number }[]).map(
    ({ name, value }): [string, number] => [name.split('.ssl.')[1] ?? '', value],
  );
  return new Map(counted.filter(([, value]) => value > 0));
}

/** See that a call is answered 503 and does not arrive, and why by what Envoy has then counted. */
async function refused(server: Server, gateway = withTls): Promise<string[]> {
  const before = await failures(gateway);
  const { status } = await call(gateway, server);
  assert.deepEqual([status, arrived], [503, []]);
  const after = await failures(gateway);
  return [...after].filter(([name, value]) => value !== before.get(name)).map(([name]) => name);
}

test('the policy is accepted, and the authority that it names is found', () => {
  const policy = 'BackendTLSPolicy mcp/ingress-gateway.model-operations';
  for (const type of ['Accepted', 'ResolvedRefs']) {
    assert.ok(
      withTls.conditions.includes(`${policy}: ${type} True`),
      withTls.conditions.join('\n'),
    );
  }
});

test('a server with a certificate of the authority for its Service is reached by TLS', async () => {
  for (const target of ['/mcp', '/healthz']) {
    const { status, body } = await call(withTls, await speaksTls(host), target);
    assert.deepEqual([status, body, arrived], [200, 'from the server', [[target, host]]]);
  }
});

test('a server with a certificate of another authority is not reached', async () => {
  assert.deepEqual(await refused(await speaksTls(host, stranger)), ['fail_verify_error']);
});

test('a server with a certificate for another name is not reached', async () => {
  for (const name of ['model-operations.other.svc', 'mcp.example.com', `a.${host}`]) {
    assert.deepEqual(await refused(await speaksTls(name)), ['fail_verify_san']);
  }
});

test('a server that speaks plain HTTP is not reached', async () => {
  assert.deepEqual(await refused(createPlainServer(answer)), ['connection_error']);
});

test('without the component a server that speaks TLS is not reached, and one of plain HTTP is', async () => {
  assert.deepEqual(await refused(await speaksTls(host), without), []);
  const { status } = await call(without, createPlainServer(answer));
  assert.deepEqual([status, arrived], [200, [['/mcp', undefined]]]);
});

test('while the authority is not there no server is reached, whatever it speaks', async (t) => {
  const gateway = await startGateway(ports, [], { components: ['backend-tls'] });
  t.after(() => gateway.close());
  for (const server of [await speaksTls(host), createPlainServer(answer)]) {
    const { status } = await call(gateway, server);
    assert.deepEqual([status, arrived], [500, []]);
  }
});
