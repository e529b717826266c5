import type { Tree } from '../lib/manifests.ts';
import type { KubernetesObject } from './api.ts';
import type { Cluster } from './cluster.ts';

interface Kind {
  path: string;
  name: string;
  kind: string;
  apiVersion: string;
}

/** What controllers make and unmake of their own accord. */
const passing = [
  ...['events', 'pods', 'replicasets', 'controllerrevisions', 'leases', 'endpoints'],
  ...['endpointslices', 'componentstatuses', 'apiservices', 'ipaddresses', 'flowschemas'],
  ...['prioritylevelconfigurations'],
];

/** Every object of the cluster, by kind, namespace and name, without what changes by itself. */
export async function snapshot(cluster: Cluster): Promise<Map<string, Tree>> {
  const found = new Map<string, Tree>();
  for (const { path, name, kind, apiVersion } of await kindsOf(cluster)) {
    if (passing.includes(name)) continue;
    const { status, body } = await cluster.call(`${path}/${name}`);
    if (status !== 200) throw new Error(`${path}/${name}: ${status} ${String(body['message'])}`);
    for (const object of body.items ?? []) {
      const { namespace, name } = object.metadata;
      const place = namespace === undefined ? name : `${namespace}/${name}`;
      found.set(`${kind} ${place}`, { ...steady(object), apiVersion, kind });
    }
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Every kind that can be listed, in the version that its group prefers. */
async function kindsOf(cluster: Cluster): Promise<Kind[]> {
  const { body } = await cluster.call('/apis');
  const groups = body['groups'] as { preferredVersion: { groupVersion: string } }[];
  const paths = [
    '/api/v1',
    ...groups.map(({ preferredVersion }) => `/apis/${preferredVersion.groupVersion}`),
  ];
  const lists = await Promise.all(paths.map((path) => cluster.call(path)));
  return lists.flatMap(({ body }, index) =>
    (body['resources'] as { name: string; kind: string; verbs: string[] }[])
      .filter(({ name, verbs }) => verbs.includes('list') && !name.includes('/'))
      .map(({ name, kind }) => ({
        path: paths[index] ?? '',
        name,
        kind,
        apiVersion: String(body['groupVersion']),
      })),
  );
}

/** An object without its status and its history; who applied which field is part of it. */
function steady(object: KubernetesObject): Tree {
  const { managedFields = [], annotations = {} } = object.metadata;
  const applied = managedFields.filter(
    ({ operation, subresource }) => operation === 'Apply' && subresource === undefined,
  );
  return {
    ...without(object, ['status']),
    metadata: {
      ...without(object.metadata, ['resourceVersion', 'generation']),
      annotations: without(annotations, ['deployment.kubernetes.io/revision']),
      managedFields: applied.map((entry) => without(entry, ['time'])),
    },
  };
}

function without(tree: Tree, keys: string[]): Tree {
  return Object.fromEntries(Object.entries(tree).filter(([key]) => !keys.includes(key)));
}

/** What differs between two snapshots, one line each: what was added, gone or changed. */
export function differences(before: Map<string, Tree>, after: Map<string, Tree>): string[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return names.flatMap((name) => {
    const [was, is] = [before.get(name), after.get(name)];
    if (was === undefined) return [`${name} was added`];
    if (is === undefined) return [`${name} is gone`];
    return fieldsThatDiffer(was, is, '').map((field) => `${name}: ${field}`);
  });
}

/** The places of two values that differ, with both values. */
function fieldsThatDiffer(was: unknown, is: unknown, at: string): string[] {
  if (isTree(was) && isTree(is)) {
    return [...new Set([...Object.keys(was), ...Object.keys(is)])].flatMap((key) =>
      fieldsThatDiffer(was[key], is[key], at === '' ? key : `${at}.${key}`),
    );
  }
  const [a, b] = [JSON.stringify(was), JSON.stringify(is)];
  return a === b ? [] : [`${at} was ${a}, is ${b}`];
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null;
}

/** The places of a built object that the object in the cluster does not have, or has otherwise. */
export function notHeld(built: unknown, live: unknown, at = ''): string[] {
  if (!isTree(built)) {
    return built === null || JSON.stringify(built) === JSON.stringify(live)
      ? []
      : [`${at} is ${JSON.stringify(live)}, not ${JSON.stringify(built)}`];
  }
  return Object.entries(built).flatMap(([key, value]) =>
    notHeld(value, isTree(live) ? live[key] : undefined, at === '' ? key : `${at}.${key}`),
  );
}
