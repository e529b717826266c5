import { setTimeout as sleep } from 'node:timers/promises';
import type { Tree } from '../lib/manifests.ts';
import type { KubernetesObject } from './api.ts';
import type { Cluster } from './cluster.ts';

/**
 * Stand in for the nodes that this cluster does not have: declare every pod ready, so that a rollout
 * goes on. Returns what ends it.
 */
export function declareReady(cluster: Cluster): () => Promise<void> {
  let goesOn = true;
  const ends = (async () => {
    while (goesOn) {
      const { body } = await cluster.call('/api/v1/pods');
      for (const { metadata, status } of body.items ?? []) {
        if (isTrue(status, 'Ready')) continue;
        const ready = { type: 'Ready', status: 'True' };
        await cluster.call(
          `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}/status`,
          'PATCH',
          { status: { phase: 'Running', conditions: [ready] } },
        );
      }
      await sleep(200);
    }
  })();
  return () => {
    goesOn = false;
    return ends;
  };
}

/** Whether a status has a condition that holds. */
export function isTrue(status: unknown, type: string): boolean {
  const conditions = ((status as Tree | undefined)?.['conditions'] ?? []) as Tree[];
  return conditions.some(
    (condition) => condition['type'] === type && condition['status'] === 'True',
  );
}

/**
 * Wait until every workload has the pods that it asks for, and every admission policy has been read;
 * a refused pod is an error at once.
 */
export async function settle(cluster: Cluster): Promise<void> {
  const deadline = Date.now() + 240_000;
  for (;;) {
    const open = [...(await workloads(cluster)).flatMap(unsettled), ...(await unchecked(cluster))];
    if (open.length === 0) return;
    const refused = await refusedPods(cluster);
    if (refused.length > 0) throw new Error(refused.join('\n'));
    if (Date.now() > deadline) throw new Error(`not settled: ${open.join(', ')}`);
    await sleep(200);
  }
}

async function workloads(cluster: Cluster): Promise<KubernetesObject[]> {
  const lists = ['deployments', 'statefulsets'].map((name) =>
    cluster.call(`/apis/apps/v1/${name}`),
  );
  return (await Promise.all(lists)).flatMap(({ body }) => body.items ?? []);
}

function unsettled({ metadata, spec, status }: KubernetesObject): string[] {
  const { replicas } = spec as { replicas: number };
  const now = status as Record<string, number | undefined>;
  const counts = ['replicas', 'updatedReplicas', 'readyReplicas'].map((name) => now[name] ?? 0);
  const settled =
    now['observedGeneration'] === metadata.generation && counts.every((n) => n === replicas);
  return settled ? [] : [`${metadata.namespace}/${metadata.name}`];
}

/** The admission policies whose expressions have not been checked against the types they name. */
async function unchecked(cluster: Cluster): Promise<string[]> {
  return (await policies(cluster))
    .filter(({ metadata, status }) => {
      const { observedGeneration } = (status ?? {}) as Tree;
      return observedGeneration !== metadata.generation;
    })
    .map(({ metadata }) => metadata.name);
}

async function policies(cluster: Cluster): Promise<KubernetesObject[]> {
  const path = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies';
  return (await cluster.call(path)).body.items ?? [];
}

/** What is wrong with the expressions of admission policies: a field that no such object has, say. */
export async function policyWarnings(cluster: Cluster): Promise<string[]> {
  return (await policies(cluster)).flatMap(({ metadata, status }) => {
    const { expressionWarnings = [] } = ((status as Tree)['typeChecking'] ?? {}) as {
      expressionWarnings?: { fieldRef: string; warning: string }[];
    };
    return expressionWarnings.map(
      ({ fieldRef, warning }) => `${metadata.name} ${fieldRef}: ${warning}`,
    );
  });
}

/** Why pods that a workload asks for are not admitted. */
export async function refusedPods(cluster: Cluster, namespace?: string): Promise<string[]> {
  const { body } = await cluster.call('/apis/apps/v1/replicasets');
  return (body.items ?? [])
    .filter(({ metadata }) => namespace === undefined || metadata.namespace === namespace)
    .flatMap(({ status }) => ((status as Tree)['conditions'] ?? []) as Tree[])
    .filter(({ type, status }) => type === 'ReplicaFailure' && status === 'True')
    .map(({ message }) => String(message));
}
