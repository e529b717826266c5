import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'yaml';
import type { RefusedFile } from '../../evidence/refused.ts';
import { root } from '../../scripts/lib/paths.ts';
import { minors } from '../../scripts/tools/kubernetes.ts';
import { buildYaml, newest, objectsOf, type Tree } from '../lib/manifests.ts';
import type { KubernetesObject } from './api.ts';
import type { Cluster } from './cluster.ts';
import { apply, makeNamespaces, readyCluster, succeeded } from './install.ts';
import { refusedPods, settle } from './settle.ts';

/** What in an API server refuses a variant, as its first line names it. */
const refusers = ['API server', 'Pod Security', 'admission'];

/** A variant of manifests/<id>/refused that only a real API server refuses. */
export interface Variant {
  file: string;
  /** The folder that is applied before: what it holds may be what refuses. */
  folder: string;
  by: string;
  reason: string;
  object: KubernetesObject;
}

export function variants(): Variant[] {
  return globSync('manifests/*/refused/*.yaml', { cwd: root })
    .map((file) => file.replaceAll('\\', '/'))
    .sort()
    .flatMap((file) => {
      const text = readFileSync(join(root, file), 'utf8');
      const [, by = '', reason = ''] = /^# ([^:]+): (.+)$/m.exec(text.split('\n')[0] ?? '') ?? [];
      if (!refusers.includes(by)) return [];
      const folder = file.replace(/\/refused\/.*$/, '');
      return [{ file, folder, by, reason, object: parse(text) as KubernetesObject }];
    });
}

/** Apply the folder of some variants in namespaces at level restricted, as if a reader had. */
export async function prepare(cluster: Cluster, folder: string): Promise<void> {
  const built = objectsOf(await buildYaml(join(root, folder)));
  await makeNamespaces(cluster, [...built, inNamespace('elsewhere')], 'restricted');
  const label = 'pod-security.kubernetes.io/enforce=privileged';
  succeeded(await cluster.kubectl(['label', 'namespace', 'elsewhere', label, '--overwrite']));
  succeeded(await cluster.kubectl(['apply', '--server-side', '-k', join(root, folder)]));
  await settle(cluster);
}

/** Delete what was prepared, its policies too. */
export async function release(cluster: Cluster, folder: string): Promise<void> {
  succeeded(await cluster.kubectl(['delete', '-k', join(root, folder)]));
}

/** Why the API server refuses an object: on the spot, or when its pods are made; nothing if it does not. */
export async function refusal(cluster: Cluster, variant: Variant): Promise<string | undefined> {
  // an admission policy takes effect a moment after it was made
  for (let tries = 0; tries < 20; tries += 1) {
    const { code, stderr } = await apply(cluster, [variant.object], ['--dry-run=server']);
    if (code !== 0) return plain(stderr);
    if (variant.by !== 'admission') break;
    await sleep(250);
  }
  if ((variant.object['spec'] as Tree | undefined)?.['template'] === undefined) return undefined;
  await apply(cluster, [variant.object]);
  for (let tries = 0; tries < 40; tries += 1) {
    const [message] = await refusedPods(cluster, variant.object.metadata.namespace);
    if (message !== undefined) return message;
    await sleep(250);
  }
  return undefined;
}

/** Whether the same object is admitted in a namespace that nothing was said of. */
export async function isAdmittedElsewhere(cluster: Cluster, { object }: Variant): Promise<string> {
  const metadata = { ...object.metadata, namespace: 'elsewhere' };
  const { code, stderr } = await apply(cluster, [{ ...object, metadata }], ['--dry-run=server']);
  return code === 0 ? '' : plain(stderr);
}

/** Ask a real API server about every variant, for evidence/refused.json. */
export async function recordRefused(): Promise<RefusedFile> {
  const cluster = await readyCluster();
  try {
    const refused: RefusedFile['refused'] = [];
    const all = variants();
    for (const folder of new Set(all.map((variant) => variant.folder))) {
      await prepare(cluster, folder);
      for (const variant of all.filter((each) => each.folder === folder)) {
        const message = (await refusal(cluster, variant)) ?? 'not refused';
        refused.push({ file: variant.file, by: variant.by, message });
      }
      await release(cluster, folder);
    }
    return { kubernetes: minors[newest].version, refused };
  } finally {
    await cluster.stop();
  }
}

/** A message as kubectl prints it, in one line, without warnings and what it says of every error. */
function plain(stderr: string): string {
  return stderr
    .replace(/^Warning: .*\n/gm, '')
    .trim()
    .replace(/^Error from server(?: \(\w+\))?: (?:error when \w+ "[^"]+": )?/, '')
    .replace(/\s*\n\s*/g, ' ');
}

const inNamespace = (namespace: string): Tree => ({ metadata: { namespace } });
