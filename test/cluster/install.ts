import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { crdModules } from '../../scripts/tools/crd-modules.ts';
import { readDefinitions } from '../../scripts/tools/custom-kinds.ts';
import { moduleFolder } from '../../scripts/tools/go-module.ts';
import type { Tree } from '../lib/manifests.ts';
import { startCluster, type Cluster, type Ended } from './cluster.ts';
import { declareReady, isTrue } from './settle.ts';

/** Apply objects as a reader does, with server-side apply. */
export async function apply(
  cluster: Cluster,
  objects: object[],
  flags: string[] = [],
): Promise<Ended> {
  const file = join(cluster.place.folder, 'objects.json');
  writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
  return cluster.kubectl(['apply', '--server-side', '-f', file, ...flags]);
}

/** A cluster with every custom resource installed, in which pods become ready. */
export async function readyCluster(): Promise<Cluster> {
  const cluster = await startCluster();
  try {
    await installDefinitions(cluster);
  } catch (error) {
    await cluster.stop();
    throw error;
  }
  const endNodes = declareReady(cluster);
  return { ...cluster, stop: () => endNodes().finally(() => cluster.stop()) };
}

/** Install every custom resource that manifests may hold, from the modules that are pinned. */
async function installDefinitions(cluster: Cluster): Promise<void> {
  const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  for (const { module, version, sum, files } of crdModules) {
    for (const definition of readDefinitions(await moduleFolder(module, version, sum), files)) {
      const { status, body } = await cluster.call(path, 'POST', definition);
      const { name } = definition.metadata;
      if (status !== 201) throw new Error(`${name} was not installed: ${String(body['message'])}`);
    }
  }
  const isServed = async () => {
    const { body } = await cluster.call(path);
    return (body.items ?? []).every(({ status }) => isTrue(status, 'Established'));
  };
  while (!(await isServed())) await sleep(200);
}

/** Make the namespaces that objects name, at a Pod Security level where one is given. */
export async function makeNamespaces(
  cluster: Cluster,
  objects: readonly Tree[],
  level?: 'restricted' | 'privileged',
): Promise<void> {
  const names = objects.map(
    ({ kind, metadata }) =>
      (metadata as Tree)[kind === 'Namespace' ? 'name' : 'namespace'] as string | undefined,
  );
  for (const name of new Set(names)) {
    if (name === undefined) continue;
    const { status } = await cluster.call(`/api/v1/namespaces/${name}`);
    if (status === 404) succeeded(await cluster.kubectl(['create', 'namespace', name]));
    if (level === undefined) continue;
    const label = `pod-security.kubernetes.io/enforce=${level}`;
    succeeded(await cluster.kubectl(['label', 'namespace', name, label, '--overwrite']));
  }
}

/** Return what a command printed; one that failed, or warned, is an error. */
export function succeeded({ code, stdout, stderr }: Ended): string {
  if (code !== 0 || stderr.trim() !== '') throw new Error(stderr.trim() || `ended with ${code}`);
  return stdout;
}
