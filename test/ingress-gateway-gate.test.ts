import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { startAuthorizationServer } from '../patterns/reference-server/authorization-server.ts';
import { root } from '../scripts/lib/paths.ts';
import { freePort } from './corpus/free-port.ts';
import { fieldValues, sendRaw, type RawAnswer } from './corpus/raw-http.ts';
import { startBuiltGate } from './lib/built-gate.ts';
import { mcpHeaders, startRecorder, toolCall } from './lib/gate-fixture.ts';
import { Bench, buildYaml, objectsOf, readObject, type Tree } from './lib/manifests.ts';
import { runGateway } from './planes/gateway.ts';
import { change } from './planes/gateway-manifests.ts';

const reader = 'test/readers/gateway';
const resource = new URL('https://notes.example.net/notes');
const metadata = `${resource.origin}/.well-known/oauth-protected-resource/notes`;

const issuer = await startAuthorizationServer({ resources: [resource.href] });
after(() => issuer.close());
const server = await startRecorder({ after });
const bench = new Bench();
after(() => bench.remove());

/** The reader's manifests with the addresses of this machine in place of those of a cluster. */
async function build(gatePort: number): Promise<Tree[]> {
  const { spec, ...settings } = readObject(`${reader}/settings.yaml`) as { spec: Tree };
  bench.write(`${reader}/settings.yaml`, {
    ...settings,
    spec: {
      ...spec,
      issuer: issuer.issuer,
      jwks: issuer.jwksUri,
      algorithms: 'ES256',
      gate: { ...(spec['gate'] as Tree), port: gatePort },
    },
  });
  const files = Object.fromEntries(
    ['server.yaml', 'kustomization.yaml'].map((name) => [
      name,
      readFileSync(join(root, reader, name), 'utf8'),
    ]),
  );
  // no kube-proxy leads from the port of the Service to that of the gate
  const placed = (files['server.yaml'] ?? '')
    .replace('containerPort: 7777', `containerPort: ${server.url.port}`)
    .replace(
      '  ports:\n    - port: 8088',
      `  clusterIP: 127.0.0.2\n  ports:\n    - port: ${gatePort}`,
    );
  bench.write(`${reader}/server.yaml`, placed);
  const gatewayClass = '  - ../../../manifests/ingress-gateway/gateway-class\n';
  bench.write(`${reader}/kustomization.yaml`, `${files['kustomization.yaml']}${gatewayClass}`);
  const objects = objectsOf(await buildYaml(join(bench.folder, reader)));
  // egctl reads a Namespace without its labels, so no selector finds one
  const allowed = 'Gateway spec.listeners.0.allowedRoutes.namespaces';
  change(objects, { at: allowed, value: { from: 'All' } });
  return objects;
}

const gatePort = await freePort();
const objects = await build(gatePort);
const gate = await startBuiltGate(objects, join(bench.folder, 'tools'), '127.0.0.2');
after(() => gate.close());
const secret = { name: 'notes-tls', namespace: 'edge' };
const gateway = await runGateway(objects, resource.hostname, secret);
after(() => gateway.close());

beforeEach(() => {
  server.received.length = 0;
  gate.asked.length = 0;
});

interface Call {
  tool?: string;
  /** Claims of the token that differ; none is a call without a token. */
  claims?: Record<string, unknown>;
  headers?: [string, string][];
  /** Past the gateway, to the gate itself. */
  around?: boolean;
}

async function call({ tool = 'search_notes', claims, headers: more = [], around }: Call) {
  const scope = 'notes:read';
  const token = claims && (await issuer.mint({ claims: { scope, ...claims } }));
  const fields = Object.entries(mcpHeaders(tool, token));
  const headers: [string, string][] = [['Host', resource.host], ...fields, ...more];
  const request = { method: 'POST', target: resource.pathname, headers, body: toolCall(tool) };
  if (around !== true) return sendRaw(resource, request, gateway.via);
  return sendRaw(new URL(`http://127.0.0.2:${gatePort}/`), request);
}

/** How many requests the gate has seen, by its log, in which a last call stands for the end. */
async function seenByGate(): Promise<number> {
  await call({ claims: { sub: 'last' } });
  const isLast = (line: string) => (JSON.parse(line) as { subject?: string }).subject === 'last';
  for (let tries = 0; !gate.asked.some(isLast); tries += 1) {
    assert.ok(tries < 100, 'the gate has written nothing of the last call');
    await delay(50);
  }
  return gate.asked.findIndex(isLast);
}

const challenge = ({ headers }: RawAnswer) => fieldValues(headers, 'www-authenticate');
const arrived = () =>
  server.received.map(({ body }) => (JSON.parse(body) as { params: { name: string } }).params.name);

test('every object of the two patterns together is accepted', () => {
  const wrong = gateway.conditions.filter((condition) => !/: \w+ True$/.test(condition));
  assert.deepEqual(wrong, []);
  assert.ok(
    gateway.conditions.includes('HTTPRoute notes/ingress-gateway.notes-server: ResolvedRefs True'),
    gateway.conditions.join('\n'),
  );
});

test('a legitimate call passes both and arrives at the server', async () => {
  const read = await call({ claims: {} });
  assert.deepEqual([read.status, arrived()], [200, ['search_notes']]);
  const write = await call({ tool: 'write_note', claims: { scope: 'notes:write' } });
  assert.deepEqual([write.status, arrived()], [200, ['search_notes', 'write_note']]);
  assert.equal(await seenByGate(), 2);
});

test('a token for another server ends at the gateway, and the gate is not asked', async () => {
  const refused = await call({ claims: { aud: 'https://other.example.net/mcp' } });
  assert.deepEqual([refused.status, refused.body], [401, '{"reason":"audience"}']);
  assert.deepEqual([arrived(), await seenByGate()], [[], 0]);
});

test('a call without a token ends at the gateway, with a challenge that names the metadata', async () => {
  const refused = await call({});
  assert.equal(refused.status, 401);
  assert.deepEqual(challenge(refused), [
    `Bearer resource_metadata="${metadata}", scope="notes:read"`,
  ]);
  assert.deepEqual([arrived(), await seenByGate()], [[], 0]);
});

test('a token to read does not open a tool that writes: the gate refuses what the gateway lets through', async () => {
  const refused = await call({ tool: 'write_note', claims: {} });
  assert.equal(refused.status, 403);
  const [said = ''] = challenge(refused);
  assert.match(said, /^Bearer error="insufficient_scope", /);
  assert.ok(said.includes(`resource_metadata="${metadata}"`) && said.includes('notes:write'), said);
  assert.deepEqual([arrived(), await seenByGate()], [[], 1]);
});

test('whoever goes around the gateway meets the gate', async () => {
  const bare = await call({ around: true });
  assert.equal(bare.status, 401);
  assert.match(challenge(bare)[0] ?? '', /^Bearer resource_metadata="/);
  const forged: [string, string][] = [['X-Mcp-Subject', 'carol']];
  assert.equal((await call({ around: true, headers: forged })).status, 401);
  const other = await call({ around: true, claims: { aud: 'https://other.example.net/mcp' } });
  assert.equal(other.status, 401);
  const write = await call({ around: true, tool: 'write_note', claims: {} });
  assert.equal(write.status, 403);
  assert.deepEqual(arrived(), []);
  assert.equal((await call({ around: true, claims: {} })).status, 200);
});

test('a caller that calls too often ends at the gateway: the gate has no such limit', async () => {
  const statuses: number[] = [];
  const claims = { sub: 'dave' };
  while (statuses.length < 3000 && !statuses.includes(429)) {
    const batch = Array.from({ length: 50 }, () => call({ claims }));
    statuses.push(...(await Promise.all(batch)).map(({ status }) => status));
  }
  assert.deepEqual([...new Set(statuses)], [200, 429]);
  assert.equal((await call({ claims, around: true })).status, 200);
});
