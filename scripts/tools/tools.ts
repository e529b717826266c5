/** One outside program; its module is pinned by scripts/tools/<name>/go.mod and go.sum. */
export interface Tool {
  name: string;
  /** Version of the module that holds the program, as in go.mod. */
  version: string;
  /** Go package of the program; the `tool` line of go.mod names it too. */
  source: string;
  /** What it is called on PATH, and the arguments that make it print its version. */
  program: string;
  versionArgs: readonly string[];
  /** User and system seconds of `go build` with an empty build cache, measured on two cores. */
  coldCpuSeconds: number;
  /** What needs it. */
  neededBy: string;
}

/** What the cold CPU seconds of all rows together may reach: a new tool replaces one. */
export const cpuSecondsAllowed = 3500;

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
    name: 'kustomize-5.8',
    version: 'v5.8.1',
    source: 'sigs.k8s.io/kustomize/kustomize/v5',
    program: 'kustomize',
    versionArgs: ['version'],
    coldCpuSeconds: 69,
    neededBy: 'manifests build as `kubectl apply -k` of kubectl 1.37 does',
  },
] as const satisfies readonly Tool[];

export type ToolName = (typeof tools)[number]['name'];
