import type { Fault } from './fault.ts';

const pattern = 'manifests/hardened-baseline/pattern';
const pods = `${pattern}/admission-pods.yaml`;
const warnFirst = 'manifests/hardened-baseline/warn-first/kustomization.yaml';
const services = `${pattern}/admission-services.yaml`;
const policies = `${pattern}/admission-network-policies.yaml`;

const page = 'patterns/hardened-baseline/index.md';

const manifests = 'test/hardened-baseline-manifests.test.ts';
const flows = 'test/hardened-baseline-flows.test.ts';
const admission = 'test/hardened-baseline-admission.test.ts';
const operation = 'test/hardened-baseline-operation.test.ts';
const reader = 'test/cluster-reader.test.ts';
const refused = 'test/manifests-refused.test.ts';

/** A field of admission that was changed, and the variant that then passes. */
const weaker = (
  id: string,
  file: string,
  [find, replace]: [string, string],
  variant: string,
): Fault => ({
  id,
  file,
  find,
  replace,
  check: admission,
  only: `${variant}|every variant`,
  says: `✖ ${variant} is refused, and mended or elsewhere it is not`,
});

export const faults: Fault[] = [
  {
    id: 'everything-may-leave',
    file: `${pattern}/network-egress.yaml`,
    find: '  egress:\n',
    replace: '  egress:\n    - {}\n',
    check: flows,
    only: 'judged as the evidence',
    says: '✖ the flows are judged as the evidence has them',
  },
  {
    id: 'policies-of-another-kind-judged',
    file: 'test/planes/network-ends.ts',
    find: "kind === 'NetworkPolicy'",
    replace: "kind === 'Service'",
    check: flows,
    only: 'judged as the evidence',
    says: '✖ the flows are judged as the evidence has them',
  },
  {
    id: 'one-policy-of-several-judged',
    file: 'scripts/tools/cyclonus.ts',
    find: 'items: policies,',
    replace: 'items: policies.slice(1),',
    check: flows,
    only: 'judged as the evidence',
    says: 'cyclonus did not read mcp/hardened-baseline-egress.model-operations',
  },
  {
    id: 'denied-read-as-allowed',
    file: 'scripts/tools/cyclonus.ts',
    find: "allowed: allowed === 'TRUE'",
    replace: "allowed: allowed !== ''",
    check: flows,
    only: 'judged as the evidence',
    says: '✖ the flows are judged as the evidence has them',
  },
  {
    id: 'flows-edited-by-hand',
    file: 'evidence/flows.json',
    find: '"title": "A call from the gateway past the gate"',
    replace: '"title": "A call from the gateway past the door"',
    check: flows,
    only: 'judged as the evidence',
    says: 'npm run record accepts what a run gives',
  },
  {
    id: 'gate-forgotten-by-the-next-pattern',
    file: 'manifests/wiring/find-server.yaml',
    find: 'component!=mcp-entrance',
    replace: 'component!=mcp-gate',
    check: manifests,
    only: 'in any order',
    says: '✖ in any order with the gate, callers enter by the gate alone',
  },
  {
    id: 'gate-that-does-not-say-it-stands-there',
    file: 'manifests/token-authentication/pattern/kustomization.yaml',
    find: '  - path: entrance.yaml\n    target: { kind: Settings }\n',
    replace: '',
    check: manifests,
    only: 'in any order',
    says: '✖ in any order with the gate, callers enter by the gate alone',
  },
  {
    id: 'admission-that-only-warns',
    file: services,
    find: 'validationActions: [Deny]',
    replace: 'validationActions: [Warn]',
    check: manifests,
    only: 'each admission policy',
    says: '✖ each admission policy refuses, is bound once',
  },
  {
    id: 'admission-that-passes-what-it-cannot-judge',
    file: pods,
    find: 'failurePolicy: Fail',
    replace: 'failurePolicy: Ignore',
    check: manifests,
    only: 'each admission policy',
    says: '✖ each admission policy refuses, is bound once',
  },
  {
    id: 'budget-of-nobody',
    file: `${pattern}/replacements.yaml`,
    find: `    - select: { kind: PodDisruptionBudget, name: hardened-baseline.from-server }
      fieldPaths: [spec.selector]
`,
    replace: '',
    check: manifests,
    only: 'carried with its expressions',
    says: '✖ a StatefulSet is hardened as a Deployment is',
  },
  {
    id: 'policies-of-two-namespaces-under-one-name',
    file: `${pattern}/replacements.yaml`,
    find: `      fieldPaths: [metadata.name]
      options: { delimiter: ., index: 1 }
    - select:
        group: admissionregistration.k8s.io
        labelSelector: app.kubernetes.io/part-of=hardened-baseline
      fieldPaths: ['metadata.labels`,
    replace: `      fieldPaths: [metadata.annotations.namespace]
      options: { create: true }
    - select:
        group: admissionregistration.k8s.io
        labelSelector: app.kubernetes.io/part-of=hardened-baseline
      fieldPaths: ['metadata.labels`,
    check: manifests,
    only: 'two servers in two namespaces',
    says: '✖ two servers in two namespaces, or in one, share no object',
  },
  {
    id: 'metadata-address-in-the-settings-accepted',
    file: 'scripts/lib/address-blocks.ts',
    find: "['169.254.169.254', 'fd00:ec2::254']",
    replace: "['fd00:ec2::254']",
    check: refused,
    only: 'metadata address not excepted',
    says: 'metadata-address-not-excepted.yaml is not refused',
    fast: true,
  },
  {
    id: 'registry-without-its-end-accepted',
    file: 'manifests/settings/settings.schema.json',
    find: '"pattern": "^[a-z0-9][a-z0-9._-]*(:[0-9]+)?/(',
    replace: '"pattern": "^[a-z0-9][a-z0-9._-]*(:[0-9]+)?/?(',
    check: refused,
    only: 'registry without a slash',
    says: 'refused for another reason',
    fast: true,
  },
  {
    id: 'callers-everybody-accepted',
    file: 'manifests/settings/settings.schema.json',
    find: `      "description": "a selector that names a label: an empty one selects everybody",
      "type": "object",
      "additionalProperties": false,
      "minProperties": 1,`,
    replace: `      "description": "a selector that names a label: an empty one selects everybody",
      "type": "object",
      "additionalProperties": false,`,
    check: refused,
    only: 'callers everybody',
    says: 'callers-everybody.yaml is not refused',
    fast: true,
  },
  weaker(
    'registry-sought-anywhere-in-the-name',
    pods,
    ['image.startsWith(registry)', "image.contains(registry.split('/')[0])"],
    'image of a registry that begins alike',
  ),
  weaker(
    'init-containers-not-judged',
    pods,
    ['variables.pod.?initContainers.orValue([])', '[]'],
    'init container of another registry',
  ),
  weaker(
    'image-volumes-not-judged',
    pods,
    ['has(volume.image)', 'false'],
    'image volume of another registry',
  ),
  weaker(
    'cron-jobs-not-judged',
    pods,
    ['[jobs, cronjobs]', '[jobs]'],
    'cron job with an image of another registry',
  ),
  weaker(
    'tag-of-two-numbers-admitted',
    pods,
    ['[0-9]+[.][0-9]+[.][0-9]+', '[0-9]+[.][0-9]+'],
    'image tag that moves',
  ),
  weaker(
    'mounted-token-admitted',
    pods,
    ['automountServiceAccountToken.orValue(true)', 'automountServiceAccountToken.orValue(false)'],
    'token that is mounted',
  ),
  weaker(
    'token-without-an-audience-admitted',
    pods,
    ["audience.orValue('')", "audience.orValue('any')"],
    'token for the kubernetes api',
  ),
  weaker(
    'folder-of-the-node-admitted',
    pods,
    ['!has(volume.hostPath)', '!has(volume.hostFolder)'],
    'folder of the node',
  ),
  weaker(
    'load-balancer-admitted',
    services,
    ["object.spec.type == 'ClusterIP'", "object.spec.type != 'NodePort'"],
    'service load balancer',
  ),
  weaker(
    'external-address-admitted',
    services,
    ['.size() == 0', '.size() < 2'],
    'service external address',
  ),
  weaker(
    'rule-without-destination-admitted',
    policies,
    ['rule.?to.orValue([]).size() > 0', 'true'],
    'network policy that opens everything',
  ),
  weaker(
    'rule-without-callers-admitted',
    policies,
    ['rule.?from.orValue([]).size() > 0', 'true'],
    'network policy that admits everybody',
  ),
  weaker(
    'any-exception-taken-for-the-metadata-address',
    policies,
    ['.exists(part, cidr(part).containsIP(address))', '.exists(part, part != address)'],
    'network policy that opens the metadata address',
  ),
  weaker(
    'metadata-address-in-ipv6-admitted',
    policies,
    ["['169.254.169.254', 'fd00:ec2::254']", "['169.254.169.254']"],
    'network policy that opens the metadata address in ipv6',
  ),
  {
    id: 'changed-image-not-judged',
    file: pods,
    find: `resources: [pods, pods/ephemeralcontainers]
        operations: [CREATE, UPDATE]`,
    replace: `resources: [pods, pods/ephemeralcontainers]
        operations: [CREATE]`,
    check: admission,
    only: 'was there before',
    says: '✖ a pod that was there before may change its labels, and not its image',
  },
  {
    id: 'pods-of-before-cannot-end',
    file: pods,
    find: '        dyn(object).spec != dyn(oldObject).spec)',
    replace: '        true)',
    check: admission,
    only: 'pod that was there before',
    says: '✖ a pod that was there before may change its labels, and not its image',
  },
  {
    id: 'rollout-that-cannot-end',
    file: pods,
    find: 'dyn(object).spec.template != dyn(oldObject).spec.template',
    replace: 'dyn(object).spec != dyn(oldObject).spec',
    check: admission,
    only: 'ReplicaSet that was there before',
    says: '✖ a ReplicaSet that was there before may be scaled, so that a rollout ends, and not change',
  },
  {
    id: 'changed-template-not-judged',
    file: pods,
    find: 'dyn(object).spec.template != dyn(oldObject).spec.template',
    replace: 'false',
    check: admission,
    only: 'ReplicaSet that was there before',
    says: '✖ a ReplicaSet that was there before may be scaled, so that a rollout ends, and not change',
  },
  {
    id: 'ephemeral-containers-not-judged',
    file: pods,
    find: '[pods, pods/ephemeralcontainers]',
    replace: '[pods]',
    check: admission,
    only: 'ephemeral container',
    says: '✖ an ephemeral container is held to the registries of the settings',
  },
  {
    id: 'admission-bound-to-every-namespace',
    file: pods,
    find: `    namespaceSelector:
      matchLabels:
        kubernetes.io/metadata.name: from-namespace`,
    replace: `    namespaceSelector:
      matchExpressions:
        - { key: kubernetes.io/metadata.name, operator: Exists }
      matchLabels:
        kubernetes.io/metadata.name: from-namespace`,
    check: manifests,
    only: 'each admission policy',
    says: '✖ each admission policy refuses, is bound once',
  },
  {
    id: 'replica-not-ready-that-keeps-a-node',
    file: `${pattern}/disruption-budget.yaml`,
    find: 'AlwaysAllow',
    replace: 'IfHealthyBudget',
    check: operation,
    only: 'a replica that is not ready',
    says: "Cannot evict pod as it would violate the pod's disruption budget",
  },
  {
    id: 'first-round-that-refuses',
    file: warnFirst,
    find: '[Warn, Audit]',
    replace: '[Deny, Audit]',
    check: operation,
    only: 'in the first round',
    says: 'waited in vain: admission says "Warning: "',
  },
  {
    id: 'first-round-silent-of-what-is-there',
    file: warnFirst,
    find: `  - target:
      kind: ValidatingAdmissionPolicy
      labelSelector: app.kubernetes.io/part-of=hardened-baseline
    patch: |-
      - op: remove
        path: /spec/matchConditions
`,
    replace: '',
    check: operation,
    only: 'in the first round',
    says: 'The input did not match the regular expression /Warning: .*image redis',
  },
  {
    id: 'taken-off-while-its-admission-stands',
    file: page,
    find: '```sh illustrative="needs a cluster"\nkubectl delete validating',
    replace:
      '```sh illustrative="needs a cluster"\nkubectl apply --server-side -k .\nkubectl delete validating',
    check: reader,
    only: 'stands alone|hardened-baseline (adds|taken off)',
    says: "ValidatingAdmissionPolicy 'hardened-baseline-pods.mcp.model-operations' with binding",
  },
  {
    id: 'pod-security-asked-before-the-apply',
    file: reader,
    find: "  succeeded(await cluster.kubectl(['apply', '--server-side', '-k', reader.folder]));\n  await settle(cluster);\n",
    replace:
      "  for (const id of named) succeeded(await cluster.shell(linesThatLabel(id), reader.folder));\n  succeeded(await cluster.kubectl(['apply', '--server-side', '-k', reader.folder]));\n  await settle(cluster);\n",
    check: reader,
    only: 'stands alone|hardened-baseline (adds|taken off)',
    says: 'existing pods in namespace "mcp" violate the new PodSecurity enforce level',
  },
  {
    id: 'pod-security-labelled-lower',
    file: page,
    find: 'pod-security.kubernetes.io/enforce=restricted \\',
    replace: 'pod-security.kubernetes.io/enforce=baseline \\',
    check: admission,
    only: 'lines of the page',
    says: '✖ the lines of the page apply the pattern and label its namespace',
  },
  {
    id: 'more-than-dns-opened-at-the-metadata-address',
    file: 'manifests/hardened-baseline/pattern/admission-network-policies.yaml',
    find: ' || has(port.endPort)',
    replace: '',
    check: 'test/hardened-baseline-admission.test.ts',
    only: '^the metadata address may be opened for DNS',
    says: '✖ the metadata address may be opened for DNS, and for nothing else',
  },
];
