import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { root } from '../scripts/lib/paths.ts';
import {
  Bench,
  buildYaml,
  newest,
  objectsOf,
  oldest,
  readObject,
  withValue,
  type Tree,
} from './lib/manifests.ts';

/** Each setting, another value for it, and where it must arrive on the reference server. */
const changes: Record<string, { value: unknown; arrives: string[] }> = {
  resource: {
    value: 'https://changed.example.net/changed',
    arrives: [
      'BackendTrafficPolicy/ingress-gateway spec.responseOverride',
      'ClientTrafficPolicy/ingress-gateway spec.headers',
      'Gateway/mcp spec.listeners',
      'HTTPRoute/ingress-gateway spec.hostnames',
      'HTTPRoute/ingress-gateway spec.rules',
      'HTTPRoute/ingress-gateway-health spec.hostnames',
      'HTTPRoute/ingress-gateway-metadata spec.hostnames',
      'HTTPRoute/ingress-gateway-metadata spec.rules',
      'HTTPRouteFilter/ingress-gateway-metadata spec.directResponse',
      'SecurityPolicy/ingress-gateway spec.authorization',
      'SecurityPolicy/ingress-gateway spec.jwt',
    ],
  },
  issuer: {
    value: 'https://issuer.example.net/',
    arrives: [
      'HTTPRouteFilter/ingress-gateway-metadata spec.directResponse',
      'SecurityPolicy/ingress-gateway spec.jwt',
    ],
  },
  jwks: {
    value: 'https://keys.example.net/?a=b',
    arrives: ['SecurityPolicy/ingress-gateway spec.jwt'],
  },
  scopes: {
    value: 'some more',
    arrives: [
      'BackendTrafficPolicy/ingress-gateway spec.responseOverride',
      'HTTPRouteFilter/ingress-gateway-metadata spec.directResponse',
    ],
  },
  'gateway.scopes': {
    value: ['some', 'more'],
    arrives: ['SecurityPolicy/ingress-gateway spec.authorization'],
  },
  'gateway.origin': {
    value: 'https://pages.example.net',
    arrives: [
      'BackendTrafficPolicy/ingress-gateway spec.responseOverride',
      'ClientTrafficPolicy/ingress-gateway spec.headers',
      'HTTPRouteFilter/ingress-gateway-metadata spec.directResponse',
      'SecurityPolicy/ingress-gateway spec.authorization',
      'SecurityPolicy/ingress-gateway spec.cors',
    ],
  },
  'gateway.class': {
    value: 'changed-class',
    arrives: [
      'Gateway/mcp spec.gatewayClassName',
      'GatewayClass/changed-class',
      'GatewayClass/envoy',
    ],
  },
  'gateway.namespace': {
    value: 'changed-namespace',
    arrives: [
      'ClientTrafficPolicy/ingress-gateway metadata.namespace',
      'EnvoyProxy/ingress-gateway metadata.namespace',
      'Gateway/mcp metadata.namespace',
      'HTTPRoute/ingress-gateway spec.parentRefs',
      'HTTPRoute/ingress-gateway-health spec.parentRefs',
      'HTTPRoute/ingress-gateway-metadata spec.parentRefs',
      'SecurityPolicy/ingress-gateway-closed metadata.namespace',
    ],
  },
  'gateway.certificate': { value: 'changed-tls', arrives: ['Gateway/mcp spec.listeners'] },
};

const bench = new Bench();
after(() => bench.remove());
const settings = readObject('manifests/settings/settings.yaml');

async function buildWith(changed: Tree, minor = oldest): Promise<string> {
  bench.write('manifests/settings/settings.yaml', changed);
  return buildYaml(join(bench.folder, 'manifests/ingress-gateway'), minor);
}

for (const [setting, { value, arrives }] of Object.entries(changes)) {
  test(`spec.${setting} arrives in the gateway where it belongs, and changes nothing else`, async () => {
    const before = fieldsOf(await buildWith(settings));
    const after = fieldsOf(await buildWith(withValue(settings, `spec.${setting}`, value)));
    const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
      (field) => before.get(field) !== after.get(field),
    );
    assert.deepEqual(changed.sort(), arrives);
  });
}

test('every setting of the gateway is changed here', () => {
  const { gateway } = settings['spec'] as { gateway: Tree };
  for (const name of Object.keys(gateway)) assert.ok(`gateway.${name}` in changes, name);
});

test('with every setting of the gateway changed no default is left', async () => {
  const all = Object.entries(changes).reduce(
    (tree, [setting, { value }]) => withValue(tree, `spec.${setting}`, value),
    withValue(
      withValue(settings, 'spec.server.name', 'changed-server'),
      'spec.server.namespace',
      'changed-too',
    ),
  );
  const text = await buildWith(all);
  assert.equal(await buildWith(all, newest), text);
  const before = await buildWith(settings);
  const defaults =
    /mcp\.example\.com|login\.example\.com|console|models:|mcp-ingress|mcp-tls|model-operations|: mcp$/m;
  assert.match(before, defaults);
  assert.doesNotMatch(text.replaceAll(/(name|port|targetPort): mcp$/gm, ''), defaults);
});

test('TLS to the server is for the Service that is found, whichever component comes first', async () => {
  const reader = 'test/readers/backend-tls';
  for (const file of ['kustomization.yaml', 'server.yaml', 'settings.yaml']) {
    bench.write(`${reader}/${file}`, readFileSync(join(root, reader, file), 'utf8'));
  }
  const folder = join(bench.folder, reader);
  const text = await buildYaml(folder);
  const policy = objectsOf(text).find(({ kind }) => kind === 'BackendTLSPolicy');
  const { namespace, name, labels } = policy?.['metadata'] as Tree;
  assert.deepEqual([namespace, name], ['finance', 'ingress-gateway.ledger-server']);
  assert.equal((labels as Tree)['mcp-security-framework/server'], 'ledger-server');
  assert.deepEqual(policy?.['spec'], {
    targetRefs: [{ group: '', kind: 'Service', name: 'ledger' }],
    validation: {
      hostname: 'ledger.finance.svc',
      caCertificateRefs: [{ group: '', kind: 'ConfigMap', name: 'mcp-server-ca' }],
    },
  });
  const { components, ...rest } = readObject(`${reader}/kustomization.yaml`);
  const reversed = (components as string[]).toReversed();
  bench.write(`${reader}/kustomization.yaml`, { ...rest, components: reversed });
  assert.equal(await buildYaml(folder), text);
});

/** The second level of each object, by kind and the first word of its name. */
function fieldsOf(text: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const { kind, metadata, spec } of objectsOf(text)) {
    const { name, namespace } = metadata as { name: string; namespace?: string };
    const [word = ''] = kind === 'Gateway' ? name.split('-') : name.split('.');
    const place = `${String(kind)}/${word}`;
    if (kind === 'GatewayClass') {
      fields.set(place, 'there');
      continue;
    }
    fields.set(`${place} metadata.namespace`, namespace ?? '');
    for (const [key, value] of Object.entries((spec ?? {}) as Tree)) {
      fields.set(`${place} spec.${key}`, JSON.stringify(value));
    }
  }
  return fields;
}
