import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Node } from './gateway-manifests.ts';
import type { Translated } from './gateway-translate.ts';

/** A certificate and its key, in PEM. */
export interface Certificate {
  cert: string;
  key: string;
}

/**
 * Write a translated configuration as files that Envoy reads in place of a control plane. What
 * changes is where a part is read from, and that listeners are on loopback, at a free port.
 */
export function writeEnvoyFiles(
  { xds, authorities }: Translated,
  certificate: Certificate,
  folder: string,
): string {
  const write = (name: string, resources: unknown[]): string => {
    const path = join(folder, `${name}.json`);
    writeFileSync(path, JSON.stringify({ versionInfo: '1', resources }));
    return path;
  };
  const dump = (type: string, list: string): Node[] => (xds.get(type)?.[list] ?? []) as Node[];
  const listeners = dump('ListenersConfigDump', 'dynamicListeners')
    .map(({ activeState }) => (activeState as Node)['listener'] as Node)
    .map(onLoopback);
  const clusters = dump('ClustersConfigDump', 'dynamicActiveClusters');
  const routes = dump('RoutesConfigDump', 'dynamicRouteConfigs');
  const endpoints = dump('EndpointsConfigDump', 'dynamicEndpointConfigs');
  const local = (value: unknown) => fromFiles(value, folder);
  for (const { routeConfig } of routes) {
    write(fileName('rds', (routeConfig as Node)['name']), [local(routeConfig)]);
  }
  for (const { endpointConfig } of endpoints) {
    write(fileName('eds', (endpointConfig as Node)['clusterName']), [endpointConfig]);
  }
  for (const name of secretsOf(listeners)) {
    write(fileName('sds', name), [secret(name, certificate)]);
  }
  for (const [name, pem] of authorities) {
    write(fileName('sds', name), [authority(name, pem)]);
  }
  const lds = write('lds', listeners.map(local));
  const cds = write(
    'cds',
    clusters.map(({ cluster }) => local(cluster)),
  );
  const { bootstrap } = xds.get('BootstrapConfigDump') as { bootstrap: Node };
  const path = join(folder, 'bootstrap.json');
  writeFileSync(
    path,
    JSON.stringify({
      node: { id: 'gateway', cluster: 'gateway' },
      admin: { address: { socketAddress: { address: '127.0.0.1', portValue: 0 } } },
      layeredRuntime: bootstrap['layeredRuntime'],
      dynamicResources: { ldsConfig: file(lds), cdsConfig: file(cds) },
    }),
  );
  return path;
}

function onLoopback(listener: Node): Node {
  const socketAddress = { address: '127.0.0.1', portValue: 0 };
  return { ...listener, address: { socketAddress } };
}

/** Read from files what a control plane would send; Envoy wants one resource in each. */
function fromFiles(value: unknown, folder: string): unknown {
  if (Array.isArray(value)) return value.map((item) => fromFiles(item, folder));
  if (typeof value !== 'object' || value === null) return value;
  const node = value as Node;
  const names: Record<string, [string, unknown]> = {
    edsConfig: ['eds', node['serviceName'] ?? node['name']],
    configSource: ['rds', node['routeConfigName']],
    sdsConfig: ['sds', node['name']],
  };
  return Object.fromEntries(
    Object.entries(node).map(([key, inner]) => {
      const source = names[key];
      if (source === undefined || !(inner instanceof Object && 'ads' in inner)) {
        return [key, fromFiles(inner, folder)];
      }
      return [key, file(join(folder, `${fileName(...source)}.json`))];
    }),
  );
}

const file = (path: string) => ({ resourceApiVersion: 'V3', pathConfigSource: { path } });

function fileName(kind: string, name: unknown): string {
  return `${kind}-${String(name).replaceAll(/[^\w.-]/g, '_')}`;
}

/** The names of the certificates that listeners ask for. */
function secretsOf(listeners: Node[]): Set<string> {
  const found = JSON.stringify(listeners).matchAll(/\{"name":"([^"]+)","sdsConfig"/g);
  return new Set([...found].map(([, name = '']) => name));
}

const secretType = 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret';

function authority(name: string, pem: string): Node {
  return {
    '@type': secretType,
    name,
    validationContext: { trustedCa: { inlineString: pem } },
  };
}

function secret(name: string, { cert, key }: Certificate): Node {
  return {
    '@type': secretType,
    name,
    tlsCertificate: { certificateChain: { inlineString: cert }, privateKey: { inlineString: key } },
  };
}
