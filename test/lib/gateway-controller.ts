import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parse, stringify } from 'yaml';
import { run, start, stop } from '../../scripts/lib/children.ts';
import { envoy, envoyVersion } from '../../scripts/tools/envoy.ts';
import { tool } from '../../scripts/tools/tool.ts';
import type { Node } from '../planes/gateway-manifests.ts';
import { conditionsOf } from '../planes/gateway-translate.ts';

const group = 'gateway.envoyproxy.io';

// #region backends
/** What the controller needs where it reads files: a Backend in place of each Service. */
export function withBackends(objects: readonly Node[]): Node[] {
  const services = objects.filter(({ kind }) => kind === 'Service');
  const others = objects.filter(({ kind }) => kind !== 'Service');
  for (const ref of others.flatMap(refsToServices)) {
    Object.assign(ref, { group, kind: 'Backend', port: undefined });
  }
  return [...others, ...services.map(toBackend)];
}

function refsToServices({ kind, spec }: Node): object[] {
  if (kind === 'BackendTLSPolicy') return (spec as Policy).targetRefs;
  if (kind !== 'HTTPRoute') return [];
  return (spec as Route).rules.flatMap(({ backendRefs = [] }) => backendRefs);
}

function toBackend({ metadata, spec }: Node): Node {
  const { clusterIP: address, ports } = spec as Service;
  const endpoints = ports.map(({ port }) => ({ ip: { address, port } }));
  return { apiVersion: `${group}/v1alpha1`, kind: 'Backend', metadata, spec: { endpoints } };
}
// #endregion

interface Route {
  rules: { backendRefs?: object[] }[];
}
interface Policy {
  targetRefs: object[];
}
interface Service {
  clusterIP: string;
  ports: { port: number }[];
}

/** How a network namespace of its own is made here; undefined where none can be made. */
export async function namespaceCommand(): Promise<string[] | undefined> {
  const root = process.getuid?.() === 0 ? [] : ['--map-root-user'];
  const command = ['unshare', ...root, '--net', '--pid', '--fork', '--kill-child'];
  const [program = '', ...args] = command;
  const { code } = await run(program, [...args, 'ip', 'link', 'set', 'lo', 'up']).catch(() => ({
    code: 1,
  }));
  return code === 0 ? command : undefined;
}

/**
 * Let the controller itself take the objects until it has said something of as many as `wanted`;
 * it and its Envoy listen on every address, so in a network namespace of their own.
 */
export async function conditionsOfController(
  objects: readonly Node[],
  wanted: number,
  [program = '', ...namespace]: string[],
): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'controller-'));
  const gateway = await tool('envoy-gateway');
  const binary = join(folder, 'data', 'envoy-versions', envoyVersion, 'bin', 'envoy');
  mkdirSync(dirname(binary), { recursive: true });
  symlinkSync(await envoy(), binary);
  mkdirSync(join(folder, 'objects'));
  // it keeps one EnvoyProxy of each file
  const files = { all: objects.map(onHost), host: [envoyProxy] };
  for (const [name, held] of Object.entries(files)) {
    const text = held.map((object) => stringify(object)).join('---\n');
    writeFileSync(join(folder, 'objects', `${name}.yaml`), text);
  }
  writeFileSync(join(folder, 'controller.yaml'), stringify(configuration(folder)));
  const certificates = ['certgen', '--local', '--config-home', join(folder, 'config')];
  const made = await run(gateway, certificates);
  if (made.code !== 0) throw new Error(`the controller makes no certificates: ${made.stderr}`);
  const serve = `ip link set lo up && exec "$0" server --config-path "$1"`;
  const args = [...namespace, 'sh', '-c', serve, gateway, join(folder, 'controller.yaml')];
  const child = start(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => (log += chunk.toString()));
  }
  try {
    for (const until = Date.now() + 60_000; Date.now() < until; await delay(100)) {
      const known = readStatuses(log);
      if (known.size >= wanted) return [...known.values()].flat();
      if (child.exitCode !== null) throw new Error(`the controller ended: ${log.slice(-300)}`);
    }
    throw new Error(`the controller says nothing of all objects within 60 s: ${log.slice(-300)}`);
  } finally {
    stop(child);
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The statuses that it writes into its log in place of a cluster; the last of each object. */
function readStatuses(log: string): Map<string, string[]> {
  const found = log.matchAll(/Got new status for (\w+)\n([^\t]+)\n\t\{.*"key": "([^"]*)"\}/g);
  return new Map(
    [...found].map(([, named = '', status = '', key = '']) => {
      // the one kind that it does not name there
      const kind = named.replace('Unknown', 'EnvoyProxy');
      const [namespace = '', name = ''] = key.split('/');
      const object = { kind, metadata: { namespace, name }, status: parse(status) as Node };
      return [`${kind} ${key}`, conditionsOf(object)];
    }),
  );
}

const metadata = { name: 'host', namespace: 'mcp-ingress' };
const envoyProxy = {
  apiVersion: `${group}/v1alpha1`,
  kind: 'EnvoyProxy',
  metadata,
  spec: { provider: { type: 'Host', host: { envoyVersion } } },
};

/** Without a cluster Envoy runs on this host. */
function onHost(object: Node): Node {
  if (object['kind'] !== 'GatewayClass') return object;
  const parametersRef = { group, kind: 'EnvoyProxy', ...metadata };
  return { ...object, spec: { ...(object['spec'] as Node), parametersRef } };
}

function configuration(folder: string): object {
  const [configHome, dataHome, stateHome, runtimeDir] = ['config', 'data', 'state', 'run'].map(
    (name) => join(folder, name),
  );
  const infrastructure = { type: 'Host', host: { configHome, dataHome, stateHome, runtimeDir } };
  const resource = { type: 'File', file: { paths: [join(folder, 'objects')] } };
  return {
    apiVersion: `${group}/v1alpha1`,
    kind: 'EnvoyGateway',
    gateway: { controllerName: `${group}/gatewayclass-controller` },
    provider: { type: 'Custom', custom: { resource, infrastructure } },
    logging: { level: { default: 'info' } },
    extensionApis: { enableBackend: true },
  };
}
