import { run } from '../lib/children.ts';
import { minors, type MinorName } from './kubernetes.ts';
import { tool } from './tool.ts';

/** Build a folder as `kubectl kustomize` of a Kubernetes minor does. */
export async function build(
  folder: string,
  minor: MinorName,
): Promise<{ code: number; stdout: string; stderr: string }> {
  const name = minors[minor].kustomize;
  const command = name === 'kubectl' ? 'kustomize' : 'build';
  return run(await tool(name), [command, folder], { timeoutMs: 60_000 });
}
