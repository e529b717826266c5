import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  conditionsOfController,
  namespaceCommand,
  withBackends,
} from './lib/gateway-controller.ts';
import { authorityOf, makeAuthority, makeCertificate, secretOf } from './planes/gateway.ts';
import { buildGateway, type Edit } from './planes/gateway-manifests.ts';

const namespace = await namespaceCommand();
const skip = namespace === undefined && 'no network namespace can be made (unshare, ip)';

/** The objects that the controller writes a status of. */
const judged = [
  'GatewayClass /envoy',
  'Gateway mcp-ingress/mcp-model-operations',
  'HTTPRoute mcp/ingress-gateway.model-operations',
  'HTTPRoute mcp/ingress-gateway-metadata.model-operations',
  'HTTPRoute mcp/ingress-gateway-health.model-operations',
  'SecurityPolicy mcp-ingress/ingress-gateway-closed.mcp.model-operations',
  'SecurityPolicy mcp/ingress-gateway-open.model-operations',
  'SecurityPolicy mcp/ingress-gateway.model-operations',
  'BackendTrafficPolicy mcp/ingress-gateway.model-operations',
  'BackendTLSPolicy mcp/ingress-gateway.model-operations',
  'ClientTrafficPolicy mcp-ingress/ingress-gateway.mcp.model-operations',
  'EnvoyProxy mcp-ingress/ingress-gateway.mcp.model-operations',
];

async function ask(edits: Edit[] = []): Promise<string[]> {
  const authority = authorityOf(await makeAuthority('of the server'));
  const added = { components: ['backend-tls'], objects: [authority] };
  const built = await buildGateway({ issuer: 9000, server: 9001 }, edits, added);
  const objects = withBackends([...built, secretOf(await makeCertificate('mcp.example.com'))]);
  // and of the Backend and the EnvoyProxy that only stand here
  return conditionsOfController(objects, judged.length + 2, namespace ?? []);
}

test(
  'the controller itself accepts every object and resolves every reference',
  { skip },
  async () => {
    const conditions = await ask();
    // no load balancer gives this Gateway an address
    const fine = /: \w+ True$|^Gateway .*: Programmed False AddressNotAssigned: /;
    assert.deepEqual(
      conditions.filter((condition) => !fine.test(condition)),
      [],
    );
    for (const object of judged) {
      assert.ok(conditions.includes(`${object}: Accepted True`), `${object} is not accepted`);
      if (!object.startsWith('HTTPRoute')) continue;
      assert.ok(conditions.includes(`${object}: ResolvedRefs True`), `${object} is not resolved`);
    }
  },
);

test('the controller says so where it does not accept an object', { skip }, async () => {
  const certificate = 'Gateway spec.listeners.0.tls.certificateRefs';
  const conditions = await ask([{ at: certificate, value: [{ kind: 'Secret', name: 'none' }] }]);
  assert.match(conditions.join('\n'), /ResolvedRefs False InvalidCertificateRef/);
});
