import { run } from '../lib/children.ts';
import type { MinorName } from './kubernetes.ts';
import { schemas } from './schemas.ts';
import { tool } from './tool.ts';

/** What kubeconform says of a file: how many objects it found valid, and what is wrong with the rest. */
export interface Verdict {
  valid: number;
  skipped: number;
  problems: string[];
}

interface Output {
  resources: { filename: string; kind: string; name: string; status: string; msg: string }[];
  summary: { valid: number; invalid: number; errors: number; skipped: number };
}

/** Validate the objects of files strictly against the schemas of a Kubernetes minor. */
export async function validate(files: string[], minor: MinorName): Promise<Verdict> {
  const { stdout, stderr } = await run(
    await tool('kubeconform'),
    ['-strict', '-summary', '-output', 'json', '-schema-location', await schemas(minor), ...files],
    { timeoutMs: 120_000 },
  );
  if (!stdout.startsWith('{')) return { valid: 0, skipped: 0, problems: [stderr.trim()] };
  const { resources, summary } = JSON.parse(stdout) as Output;
  return {
    valid: summary.valid,
    skipped: summary.skipped,
    problems: resources.map(
      ({ filename, kind, name, msg }) => `${filename}: ${kind} ${name}: ${msg}`,
    ),
  };
}
