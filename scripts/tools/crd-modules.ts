/** One Go module that holds CustomResourceDefinitions. */
export interface CrdModule {
  module: string;
  version: string;
  /** Checksum of the module at that version, as the checksum database has it. */
  sum: string;
  /** Its files that hold the definitions, as a glob; other objects in them are not read. */
  files: string;
}

/** The custom resources that manifests may hold beside the core kinds; add a row to add kinds. */
export const crdModules: readonly CrdModule[] = [
  {
    module: 'sigs.k8s.io/gateway-api',
    version: 'v1.6.3',
    sum: 'h1:lKpJa5bGlraC/QeACvCpsHLdmO6y0iKfzVl6gzaFEYc=',
    files: 'config/crd/standard/*.yaml',
  },
  {
    module: 'github.com/envoyproxy/gateway',
    version: 'v1.9.1',
    sum: 'h1:vAVp6/AlBXJ1aOhp1mxL7fNEzVEfjADUguUhm2wzxQY=',
    files: 'charts/gateway-helm/charts/crds/crds/generated/*.yaml',
  },
];
