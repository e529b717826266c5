import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { flowsFile } from '../evidence/evidence.ts';
import { root } from '../scripts/lib/paths.ts';
import { crdModules } from '../scripts/tools/crd-modules.ts';
import { judgeFlows, type Flow } from '../scripts/tools/cyclonus.ts';
import { moduleFolder } from '../scripts/tools/go-module.ts';
import { closed, judgeRows, makeFlows, openings } from './corpus/make-flows.ts';
import type { Tree } from './lib/manifests.ts';
import { readNetwork } from './planes/network-ends.ts';
import type { NetworkTarget } from './surfaces/network.ts';

const recorded = readFileSync(join(root, 'evidence/flows.json'), 'utf8');

test('the flows are judged as the evidence has them', async () => {
  assert.equal(await makeFlows(), recorded, 'npm run record accepts what a run gives');
});

test('without a policy every flow connects; with the pattern those connect that are opened', () => {
  const { flows, builds } = flowsFile.parse(JSON.parse(recorded));
  assert.equal(openings.length, 4);
  assert.ok(closed.length >= 16);
  assert.deepEqual(
    flows.map(({ title }) => title),
    [...openings, ...closed].map(({ title }) => title),
  );
  for (const { title, rulings } of flows) {
    const open = openings.some((row) => row.title === title);
    const [bare, ...protecting] = rulings.filter((ruling) => ruling !== null);
    const gateOnly = title === 'A call from the gateway past the gate';
    assert.equal(rulings.filter((ruling) => ruling === null).length, gateOnly ? 2 : 0, title);
    if (gateOnly) assert.equal(bare, 'denied', title);
    else assert.deepEqual([bare, protecting.length], ['allowed', builds.length - 1], title);
    for (const ruling of protecting) assert.equal(ruling, open ? 'allowed' : 'denied', title);
  }
});

/** The one opening of each flow: rule and port of a policy. */
const opened: Record<string, { policy: string; side: Side; rule: number; port: number }> = {
  'A call from the gateway': { policy: 'ingress', side: 'ingress', rule: 0, port: 0 },
  'A question to DNS': { policy: 'egress', side: 'egress', rule: 0, port: 0 },
  'A question to DNS whose answer is long': { policy: 'egress', side: 'egress', rule: 0, port: 1 },
  'A fetch of keys from the authorization server': {
    policy: 'egress',
    side: 'egress',
    rule: 1,
    port: 0,
  },
};
type Side = 'ingress' | 'egress';

interface Made {
  metadata: { namespace: string };
  spec: { template: { metadata: { labels: Record<string, string> } } };
}

interface Policy {
  metadata: { name: string };
  spec: Record<Side, { ports: Tree[] }[]>;
}

test('each opening taken out closes its flow and no other', async () => {
  const network = await readNetwork('manifests/hardened-baseline');
  assert.deepEqual(
    Object.keys(opened),
    openings.map(({ title }) => title),
  );
  const places = (network.policies as Policy[]).flatMap(({ spec }) =>
    (['ingress', 'egress'] as const).flatMap((side) =>
      (spec[side] ?? []).flatMap(({ ports }) => ports),
    ),
  );
  assert.equal(places.length, openings.length, 'an opening that no flow goes through');
  for (const [title, { policy, side, rule, port }] of Object.entries(opened)) {
    const less = structuredClone(network);
    const found = (less.policies as Policy[]).find(({ metadata }) =>
      metadata.name.startsWith(`hardened-baseline-${policy}.`),
    );
    const rules = found?.spec[side];
    const ports = rules?.[rule]?.ports;
    assert.ok(rules && ports?.[port], `no opening of ${title}`);
    // without its last port a rule would open all of them
    if (ports.length > 1) ports.splice(port, 1);
    else rules.splice(rule, 1);
    assert.deepEqual(await deniedOf(less), [title]);
  }
});

test('each policy taken out lets through what it alone closes', async () => {
  const network = await readNetwork('manifests/hardened-baseline');
  const all = await judgeRows(closed, network);
  assert.equal(all.filter(({ ruling }) => ruling === 'allowed').length, 0);
  const let1 = async (policy: string) => {
    const policies = (network.policies as Policy[]).filter(
      ({ metadata }) => !metadata.name.startsWith(`hardened-baseline-${policy}.`),
    );
    assert.equal(policies.length, network.policies.length - 1);
    const judged = await judgeRows(closed, { ...network, policies });
    return judged.filter(({ ruling }) => ruling === 'allowed').map(({ flow }) => flow?.from);
  };
  const { server } = network.ends;
  const [entering, leaving] = [await let1('ingress'), await let1('egress')];
  assert.deepEqual([entering.length, leaving.length], [5, 10]);
  assert.ok(entering.every((from) => from?.ip !== server.ip));
  assert.ok(leaving.every((from) => from?.ip === server.ip));
});

test('a wide block for a provider in the cloud leaves out the metadata address', async () => {
  const network = await readNetwork('test/readers/hardened');
  const { server } = network.ends;
  const to = (ip: string) => ({ from: server, to: { ip }, port: 443, protocol: 'TCP' as const });
  const flows = ['198.51.100.20', '169.254.169.254', '10.0.0.2'].map(to);
  const allowed = async (policies: object[]) =>
    (await judgeFlows(policies, flows)).map((ruling) => ruling.allowed);
  assert.deepEqual(await allowed(network.policies), [true, false, false]);
  const without = JSON.parse(
    JSON.stringify(network.policies).replace(/,"except":\[[^\]]*\]/, ''),
  ) as object[];
  assert.deepEqual(await allowed(without), [true, true, true]);
});

test("a policy of the reader's own opens the database, and nothing else", async () => {
  const opening = await readNetwork('test/readers/first-round');
  const { server } = opening.ends;
  const database = { namespace: 'orders', labels: { app: 'orders-database' }, ip: '10.0.1.40' };
  const other = { ...database, labels: { app: 'orders-cache' }, ip: '10.0.1.41' };
  const flows = [database, other].flatMap((to) =>
    [5432, 443].map((port) => ({ from: server, to, port, protocol: 'TCP' as const })),
  );
  const allowed = async (policies: object[]) =>
    (await judgeFlows(policies, flows)).map((ruling) => ruling.allowed);
  assert.deepEqual(await allowed(opening.policies), [true, false, false, false]);
  const { policies } = await readNetwork('test/readers/hardened');
  assert.deepEqual(await allowed(policies), [false, false, false, false]);
});

test('the callers of the settings are the Envoy that Envoy Gateway starts, where it starts it', async () => {
  const { policies, ends } = await readNetwork('manifests/basic');
  const [gateway] = crdModules.filter(({ module }) => module.endsWith('/envoyproxy/gateway'));
  assert.ok(gateway);
  const folder = await moduleFolder(gateway.module, gateway.version, gateway.sum);
  // what its own tests expect of it
  const expected = 'internal/infrastructure/kubernetes/proxy/testdata/deployments';
  const callFrom = (name: string): Flow => {
    const made = readFileSync(join(folder, expected, `${name}.yaml`), 'utf8');
    const { metadata, spec } = parse(made) as Made;
    const { labels } = spec.template.metadata;
    const from = { namespace: metadata.namespace, labels, ip: '10.0.2.10' };
    const { server: to, port, portName } = ends;
    return { from, to, port, portName, protocol: 'TCP' };
  };
  // the second where it is told to start Envoy in the namespace of each Gateway
  const flows = ['default', 'gateway-namespace-mode'].map(callFrom);
  const rulings = await judgeFlows(policies, flows);
  assert.deepEqual(
    rulings.map(({ allowed }) => allowed),
    [true, false],
  );
});

test('a policy that cyclonus cannot read is an error, and no flow that is allowed', async () => {
  const network = await readNetwork('manifests/hardened-baseline');
  const [policy] = network.policies as Policy[];
  const unnamed = { ...policy, metadata: { ...policy?.metadata, name: '' } };
  await assert.rejects(judgeFlows([{ ...unnamed, kind: 'Pod', extra: 1 }], []), /cyclonus/);
});

async function deniedOf(network: NetworkTarget): Promise<string[]> {
  const judged = await judgeRows(openings, network);
  return openings
    .filter((_, index) => judged[index]?.ruling === 'denied')
    .map(({ title }) => title);
}
