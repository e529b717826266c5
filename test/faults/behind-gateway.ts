import type { Fault } from './fault.ts';

const component = 'manifests/ingress-gateway/backend-tls';
const policy = `${component}/backend-tls.yaml`;
const page = 'patterns/ingress-gateway/index.md';

/** What TLS to the server asks, made weaker. */
const loose = (id: string, find: string, replace: string, says: string): Fault => ({
  id: `backend-tls-${id}`,
  file: policy,
  find,
  replace,
  check: 'test/ingress-gateway-backend-tls.test.ts',
  says: `✖ ${says}`,
});

/** A part of the gateway and the gate together, taken away from one of them. */
const alone = (id: string, file: string, find: string, replace: string, says: string): Fault => ({
  id: `together-${id}`,
  file,
  find,
  replace,
  check: 'test/ingress-gateway-gate.test.ts',
  says: `✖ ${says}`,
});

export const faults: Fault[] = [
  loose(
    'of-no-service',
    'kind: Service\n      name: from-server',
    'kind: ServiceImport\n      name: from-server',
    'a server that speaks plain HTTP is not reached',
  ),
  loose(
    'for-any-name',
    '    caCertificateRefs:',
    `    subjectAltNames:
      - type: Hostname
        hostname: mcp.example.com
    caCertificateRefs:`,
    'a server with a certificate for another name is not reached',
  ),
  loose(
    'for-the-wrong-namespace',
    'hostname: from-server.from-server.svc',
    'hostname: from-server.from-server.from-server.svc',
    'a server with a certificate of the authority for its Service is reached by TLS',
  ),
  {
    ...loose('of-any-authority', '', '', 'a server with a certificate of another authority is not'),
    file: 'test/ingress-gateway-backend-tls.test.ts',
    find: '[authorityOf(trusted)]',
    replace: '[authorityOf({ ...trusted, cert: `${trusted.cert}\\n${stranger.cert}` })]',
  },
  {
    id: 'backend-tls-for-the-workload',
    file: `${component}/replacements.yaml`,
    find: 'fieldPath: spec.found.service }',
    replace: 'fieldPath: spec.found.name }',
    check: 'test/ingress-gateway-settings.test.ts',
    only: 'TLS to the server',
    says: '✖ TLS to the server is for the Service that is found',
  },
  {
    id: 'backend-tls-without-a-label',
    file: policy,
    find: '    app.kubernetes.io/part-of: ingress-gateway\n',
    replace: '',
    check: 'scripts/check-manifests.ts',
    says: 'BackendTLSPolicy needs the label app.kubernetes.io/part-of: ingress-gateway',
    fast: true,
  },
  {
    id: 'backend-tls-left-behind',
    file: page,
    find: 'httproute,securitypolicy,backendtrafficpolicy,backendtlspolicy,httproutefilter',
    replace: 'httproute,securitypolicy,backendtrafficpolicy,httproutefilter',
    check: 'test/cluster-reader.test.ts',
    only: 'stands alone|ingress-gateway (adds|taken off)|backend-tls beside',
    says: 'BackendTLSPolicy mcp/ingress-gateway.model-operations was added',
  },
  {
    id: 'authority-that-is-there-after-all',
    file: 'manifests/ingress-gateway/refused/authority-that-is-not-there.yaml',
    find: 'mcp-server-cas',
    replace: 'mcp-server-ca',
    check: 'test/ingress-gateway-refused.test.ts',
    only: 'authority that is not there',
    says: 'refused for another reason',
  },
  alone(
    'gateway-asks-for-no-token',
    'manifests/ingress-gateway/pattern/security.yaml',
    'kind: HTTPRoute\n      name: ingress-gateway.from-server',
    'kind: HTTPRoute\n      name: ingress-gateway-health.from-server',
    'a token for another server ends at the gateway, and the gate is not asked',
  ),
  alone(
    'gate-asks-for-no-token',
    'patterns/gate/main.ts',
    'const stages = [tokenAuthentication(options)];',
    'const stages = [tokenAuthentication(options)].slice(1);',
    'whoever goes around the gateway meets the gate',
  ),
  alone(
    'tool-that-a-reader-may-call',
    'test/readers/gateway/settings.yaml',
    'write_note: notes:write',
    'write_note: notes:read',
    'a token to read does not open a tool that writes',
  ),
  alone(
    'no-limit-at-the-gateway',
    'manifests/ingress-gateway/pattern/traffic.yaml',
    'requests: 600\n',
    'requests: 60000\n',
    'a caller that calls too often ends at the gateway',
  ),
  {
    id: 'together-callers-beside-the-gateway',
    file: 'manifests/settings/settings.yaml',
    find: 'kubernetes.io/metadata.name: envoy-gateway-system',
    replace: 'kubernetes.io/metadata.name: mcp-ingress',
    check: 'test/hardened-baseline-flows.test.ts',
    only: 'callers of the settings',
    says: '✖ the callers of the settings are the Envoy that Envoy Gateway starts',
  },
];
