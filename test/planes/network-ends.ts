import { join } from 'node:path';
import { root } from '../../scripts/lib/paths.ts';
import type { End } from '../../scripts/tools/cyclonus.ts';
import { buildYaml, objectsOf, type Tree } from '../lib/manifests.ts';
import type { Ends, NetworkTarget } from '../surfaces/network.ts';

/** Who is around the server, as the example's settings name them; Envoy Gateway labels its proxies so. */
const around = {
  gateway: pod('envoy-gateway-system', { 'app.kubernetes.io/name': 'envoy' }, '10.0.2.10'),
  dns: pod('kube-system', { 'k8s-app': 'kube-dns' }, '10.0.3.10'),
  authorizationServer: { ip: '203.0.113.10' },
};

/** Build a folder of manifests: its policies, and the server whose pods they select. */
export async function readNetwork(folder: string): Promise<NetworkTarget> {
  const objects = objectsOf(await buildYaml(join(root, folder)));
  return { policies: policiesOf(objects), ends: endsOf(objects) };
}

/** The network policies of a build. */
export function policiesOf(objects: readonly Tree[]): Tree[] {
  return objects.filter(({ kind }) => kind === 'NetworkPolicy');
}

/** The server of a build, entered at its gate where it has one, and who is around it. */
export function endsOf(objects: readonly Tree[]): Ends {
  const [workload] = objects.filter(({ kind }) => kind === 'Deployment') as unknown as Workload[];
  if (workload === undefined) throw new Error('no Deployment in the build');
  const { containers } = workload.spec.template.spec;
  const portOf = (container: string) =>
    containers.find(({ name }) => name === container)?.ports?.[0];
  const server = portOf('mcp-server');
  if (server === undefined) throw new Error('the server of the build has no port');
  const port = portOf('mcp-gate') ?? server;
  const { labels } = workload.spec.template.metadata;
  return {
    server: pod(workload.metadata.namespace, labels, '10.0.1.10'),
    port: port.containerPort,
    portName: port.name ?? '',
    serverPort: server.containerPort,
    ...around,
  };
}

interface Workload {
  metadata: { namespace: string };
  spec: {
    template: {
      metadata: { labels: Record<string, string> };
      spec: {
        containers: { name: string; ports?: { containerPort: number; name?: string }[] }[];
      };
    };
  };
}

function pod(namespace: string, labels: Record<string, string>, ip: string): End {
  return { namespace, labels, ip };
}
