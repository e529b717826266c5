import type { Removal } from './removals.ts';

const pattern = 'manifests/hardened-baseline/pattern';
const edit = (file: string, find: string, replace = '') => ({
  file: `${pattern}/${file}.yaml`,
  find,
  replace,
});

const callers = `- source: { kind: Settings, fieldPath: spec.callers }
  targets:
    - select: { kind: NetworkPolicy, labelSelector: app.kubernetes.io/component=mcp-entrance }
      fieldPaths: [spec.ingress.0.from]
`;
const entrance = `- source: { kind: Settings, fieldPath: spec.found.entrance }
  targets:
    - select: { kind: NetworkPolicy, labelSelector: app.kubernetes.io/component=mcp-entrance }
      fieldPaths: [spec.ingress.0.ports.0]
`;
const peers = `- source: { kind: Settings, fieldPath: spec.authorizationServer.peers }
  targets:
    - select: { kind: NetworkPolicy, name: hardened-baseline-egress.from-server }
      fieldPaths: [spec.egress.1.to]
`;
const port = `- source: { kind: Settings, fieldPath: spec.authorizationServer.port, options: { delimiter: "\\n" } }
  targets:
    - select: { kind: NetworkPolicy, name: hardened-baseline-egress.from-server }
      fieldPaths: [spec.egress.1.ports.0.port]
`;
const dnsNamespace = `        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: kube-system
`;
const dnsPods = `          podSelector:
            matchLabels:
              k8s-app: kube-dns
`;
const dnsPorts = `      ports:
        - protocol: UDP
          port: 53
        - protocol: TCP
          port: 53
`;

const foreignCallers = [
  'caller-of-another-namespace',
  'caller-beside-the-gateway',
  'caller-beside-the-server',
  'caller-outside-the-cluster',
];

/** Each policy, and each condition of its openings, taken out. */
export const networkRemovals: Removal[] = [
  {
    id: 'the-policy-of-what-enters',
    plane: 'network-policy',
    edits: [edit('kustomization', '  - network-ingress.yaml\n')],
    lets: [...foreignCallers, 'another-port-of-the-server'],
  },
  {
    id: 'the-callers',
    plane: 'network-policy',
    edits: [
      edit('replacements', callers),
      edit(
        'network-ingress',
        `from:
        - podSelector:
            matchLabels:
              callers: from-settings
      ports`,
        'ports',
      ),
    ],
    lets: foreignCallers,
  },
  {
    id: 'the-labels-of-the-callers',
    plane: 'network-policy',
    edits: [
      {
        file: 'manifests/settings/settings.yaml',
        find: `      podSelector:
        matchLabels:
          app.kubernetes.io/name: envoy
`,
        replace: '',
      },
    ],
    lets: ['caller-beside-the-gateway'],
  },
  {
    id: 'the-port-that-is-entered',
    plane: 'network-policy',
    edits: [
      edit('replacements', entrance),
      edit('network-ingress', '      ports:\n        - port: from-settings\n'),
    ],
    lets: ['another-port-of-the-server'],
  },
  {
    id: 'the-policy-of-what-leaves',
    plane: 'network-policy',
    edits: [edit('kustomization', '  - network-egress.yaml\n')],
    lets: [
      'metadata-address',
      'metadata-address-ipv6',
      'kubernetes-api',
      'service-of-another-namespace',
      'neighbour-of-the-server',
      'another-pod-beside-dns',
      'another-port-of-dns',
      'exfiltration',
      'exfiltration-by-dns',
      'another-port-of-the-authorization-server',
    ],
  },
  {
    id: 'the-pods-of-dns',
    plane: 'network-policy',
    edits: [edit('network-egress', `to:\n${dnsNamespace}${dnsPods}      ports`, 'ports')],
    lets: ['another-pod-beside-dns', 'exfiltration-by-dns'],
  },
  {
    id: 'the-labels-of-dns',
    plane: 'network-policy',
    edits: [edit('network-egress', dnsPods)],
    lets: ['another-pod-beside-dns'],
  },
  {
    id: 'the-ports-of-dns',
    plane: 'network-policy',
    edits: [edit('network-egress', dnsPorts)],
    lets: ['another-port-of-dns'],
  },
  {
    id: 'the-addresses-of-the-authorization-server',
    plane: 'network-policy',
    edits: [
      edit('replacements', peers),
      edit(
        'network-egress',
        `to:
        - podSelector:
            matchLabels:
              authorization-server: from-settings
      ports`,
        'ports',
      ),
    ],
    lets: ['exfiltration'],
  },
  {
    id: 'the-port-of-the-authorization-server',
    plane: 'network-policy',
    edits: [
      edit('replacements', port),
      edit('network-egress', '      ports:\n        - protocol: TCP\n          port: 0\n'),
    ],
    lets: ['another-port-of-the-authorization-server'],
  },
];
