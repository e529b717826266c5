import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { sendRaw } from './corpus/raw-http.ts';
import { runGateway, type Gateway } from './planes/gateway.ts';
import { buildGateway, change, nameOf, type Node } from './planes/gateway-manifests.ts';
import { startSurroundings } from './planes/protected-server.ts';
import { resource } from './surfaces/server.ts';

const url = new URL(resource);
const around = await startSurroundings();
after(() => around.close());

/** What arrived behind the gateway. */
const arrived: (string | undefined)[] = [];
const backend = createServer((request, response) => {
  arrived.push(request.url);
  response.end('from the server');
});
await new Promise<void>((resolve) => backend.listen(0, '127.0.0.2', resolve));
after(() => backend.close());

const published = await buildGateway({
  issuer: Number(new URL(around.authorizationServer.issuer).port),
  server: (backend.address() as AddressInfo).port,
});

/** The published manifests without one SecurityPolicy. */
const without = (policy: string): Node[] => {
  const left = published.filter(
    (each) => each['kind'] !== 'SecurityPolicy' || nameOf(each) !== policy,
  );
  assert.equal(left.length, published.length - 1, policy);
  return left;
};

/** The endpoint's route once more, by another path, as somebody may add it who forgets a policy. */
function otherRoute(): Node {
  const route = structuredClone(
    published.find((each) => each['kind'] === 'HTTPRoute' && nameOf(each) === 'ingress-gateway'),
  ) as Node;
  change([route], { at: 'HTTPRoute metadata.name', value: 'other' });
  change([route], { at: 'HTTPRoute spec.rules.0.matches.0.path.value', value: '/other' });
  return route;
}

/** Ask each path, with a token that holds; tell what was answered and what arrived. */
async function ask(objects: Node[], paths: string[]): Promise<[status: number, arrived: number][]> {
  const gateway: Gateway = await runGateway(objects, url.hostname);
  try {
    const token = await around.authorizationServer.tokenFor('alice', {
      scope: 'models:read',
      resource,
    });
    const answers: [number, number][] = [];
    for (const target of paths) {
      arrived.length = 0;
      const method = /^\/(healthz|\.well-known)/.test(target) ? 'GET' : 'POST';
      const headers = [['Host', url.host] as const, ['Authorization', `Bearer ${token}`] as const];
      const { status } = await sendRaw(url, { method, target, headers }, gateway.via);
      answers.push([status, arrived.length]);
    }
    return answers;
  } finally {
    await gateway.close();
  }
}

const metadata = '/.well-known/oauth-protected-resource/mcp';

test('a route that has no policy of its own is closed', async () => {
  assert.deepEqual(await ask([...published, otherRoute()], ['/other', '/mcp']), [
    [403, 0],
    [200, 1],
  ]);
});

test('without the policy of the endpoint, as after half an apply, the endpoint is closed', async () => {
  assert.deepEqual(await ask(without('ingress-gateway'), ['/mcp', metadata, '/healthz']), [
    [401, 0],
    [200, 0],
    [200, 1],
  ]);
});

test('each of the two policies beside it does this, and nothing else does', async () => {
  const open = [...without('ingress-gateway-closed'), otherRoute()];
  assert.deepEqual(await ask(open, ['/other']), [[200, 1]]);
  assert.deepEqual(await ask(without('ingress-gateway-open'), [metadata, '/healthz', '/mcp']), [
    [403, 0],
    [403, 0],
    [200, 1],
  ]);
});
