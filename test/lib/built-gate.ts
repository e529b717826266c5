import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { start, stop } from '../../scripts/lib/children.ts';
import { root } from '../../scripts/lib/paths.ts';
import type { Tree } from './manifests.ts';

export interface Container {
  name: string;
  command: string[];
  env?: { name: string; value: string }[];
}

/** The containers of the one workload of a build. */
export function containersOf(objects: readonly Tree[]): Container[] {
  const [workload] = objects.filter(({ kind }) => /^(Deployment|StatefulSet)$/.test(String(kind)));
  const { template } = workload?.['spec'] as { template: { spec: { containers: Container[] } } };
  return template.spec.containers;
}

/** The environment of the gate of a build, with the ConfigMap of its tools mounted into a folder. */
export function gateEnvironment(objects: readonly Tree[], folder: string): Record<string, string> {
  const gate = containersOf(objects).find(({ name }) => name === 'mcp-gate');
  const env = Object.fromEntries((gate?.env ?? []).map(({ name, value }) => [name, value]));
  const tools = objects.find(({ kind }) => kind === 'ConfigMap')?.['data'] as Record<
    string,
    string
  >;
  mkdirSync(folder, { recursive: true });
  for (const [tool, scope] of Object.entries(tools)) writeFileSync(join(folder, tool), scope);
  return { ...env, MCP_TOOLS_DIR: folder };
}

/** Run the gate of a build as a process; it writes a line into `asked` for each request. */
export async function startBuiltGate(objects: readonly Tree[], folder: string, host: string) {
  const gate = containersOf(objects).find(({ name }) => name === 'mcp-gate');
  const env = { ...gateEnvironment(objects, folder), MCP_GATE_HOST: host };
  const child = start(process.execPath, gate?.command.slice(1) ?? [], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  const asked: string[] = [];
  await new Promise<void>((resolve, reject) => {
    child.once('exit', () => reject(new Error('the gate ended')));
    child.stdout?.on('data', (chunk: Buffer) => {
      asked.push(
        ...chunk
          .toString()
          .split('\n')
          .filter((line) => line.startsWith('{')),
      );
      if (chunk.toString().startsWith('mcp-gate on ')) resolve();
    });
  });
  return {
    asked,
    close: async () => {
      stop(child);
      await ended;
    },
  };
}
