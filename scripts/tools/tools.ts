/** One outside program; its module is pinned by scripts/tools/<module>/go.mod and go.sum. */
export interface Tool {
  name: string;
  /** The folder of that go.mod, where several programs of one module share it; else the name. */
  module?: string;
  /** Version of the module that holds the program, as in go.mod. */
  version: string;
  /** Go package of the program; the `tool` line of go.mod names it too. */
  source: string;
  /** What it is called on PATH, and the arguments that make it print its version. */
  program: string;
  versionArgs: readonly string[];
  /** Go variables that a release sets when it links, by package and name. */
  variables?: Readonly<Record<string, string>>;
  /** User and system seconds of `go build`, measured on two cores: see above the table. */
  coldCpuSeconds: number;
  /** What needs it. */
  neededBy: string;
}

/** What the cold CPU seconds of all rows together may reach: a new tool replaces one. */
export const cpuSecondsAllowed = 3500;

/** What a release of Kubernetes says of itself. */
const kubernetes = {
  'k8s.io/component-base/version.gitVersion': 'v1.37.2',
  'k8s.io/component-base/version.gitMajor': '1',
  'k8s.io/component-base/version.gitMinor': '37',
};
const envoyGateway = {
  'github.com/envoyproxy/gateway/internal/cmd/version.envoyGatewayVersion': 'v1.9.1',
};

/**
 * The figures of kubeconform and kustomize were measured each with an empty build cache; those of
 * kubectl, etcd and kube-apiserver in this order, each with what the rows above it had left there,
 * while other builds ran. Those of kube-controller-manager (after kube-apiserver), egctl,
 * envoy-gateway (after egctl) and cyclonus were measured earlier on a machine of the same size.
 */
export const tools = [
  {
    name: 'kubeconform',
    version: 'v0.8.0',
    source: 'github.com/yannh/kubeconform/cmd/kubeconform',
    program: 'kubeconform',
    versionArgs: ['-v'],
    coldCpuSeconds: 37,
    neededBy: 'every object of every manifest is valid in the oldest and newest Kubernetes claimed',
  },
  {
    name: 'kustomize-5.5',
    version: 'v5.5.0',
    source: 'sigs.k8s.io/kustomize/kustomize/v5',
    program: 'kustomize',
    versionArgs: ['version'],
    coldCpuSeconds: 62,
    neededBy: 'manifests build as `kubectl apply -k` of kubectl 1.32 does',
  },
  {
    name: 'kubectl',
    module: 'kubernetes',
    version: 'v1.37.2',
    source: 'k8s.io/kubernetes/cmd/kubectl',
    program: 'kubectl',
    versionArgs: ['version', '--client'],
    variables: kubernetes,
    coldCpuSeconds: 197,
    neededBy: 'manifests build, and are applied and taken off, as a reader does it',
  },
  {
    name: 'etcd',
    version: 'v3.7.3',
    source: 'go.etcd.io/etcd/server/v3',
    program: 'etcd',
    versionArgs: ['--version'],
    coldCpuSeconds: 48,
    neededBy: 'the store of the API server',
  },
  {
    name: 'kube-apiserver',
    module: 'kubernetes',
    version: 'v1.37.2',
    source: 'k8s.io/kubernetes/cmd/kube-apiserver',
    program: 'kube-apiserver',
    versionArgs: ['--version'],
    variables: kubernetes,
    coldCpuSeconds: 441,
    neededBy: 'every pattern is applied with CEL rules, Pod Security and admission live',
  },
  {
    name: 'kube-controller-manager',
    module: 'kubernetes',
    version: 'v1.37.2',
    source: 'k8s.io/kubernetes/cmd/kube-controller-manager',
    program: 'kube-controller-manager',
    versionArgs: ['--version'],
    variables: kubernetes,
    coldCpuSeconds: 192,
    neededBy: 'a Deployment makes the pods that admission judges, and a namespace is emptied',
  },
  {
    name: 'egctl',
    module: 'envoy-gateway',
    version: 'v1.9.1',
    source: 'github.com/envoyproxy/gateway/cmd/egctl',
    program: 'egctl',
    versionArgs: ['version', '--remote=false'],
    variables: envoyGateway,
    coldCpuSeconds: 446,
    neededBy: 'the published gateway manifests become the configuration that Envoy runs',
  },
  {
    name: 'envoy-gateway',
    version: 'v1.9.1',
    source: 'github.com/envoyproxy/gateway/cmd/envoy-gateway',
    program: 'envoy-gateway',
    versionArgs: ['version'],
    variables: envoyGateway,
    coldCpuSeconds: 32,
    neededBy: 'the controller itself accepts the published gateway manifests',
  },
  {
    name: 'cyclonus',
    version: 'v0.5.6',
    source: 'github.com/mattfenwick/cyclonus/cmd/cyclonus',
    program: 'cyclonus',
    versionArgs: ['version'],
    variables: { 'github.com/mattfenwick/cyclonus/pkg/cli.version': 'v0.5.6' },
    coldCpuSeconds: 139,
    neededBy: 'each NetworkPolicy lets through the flows that its page names, and no other',
  },
] as const satisfies readonly Tool[];

export type ToolName = (typeof tools)[number]['name'];
