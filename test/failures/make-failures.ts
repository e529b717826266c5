import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { failuresFile, type FailuresFile } from '../../evidence/evidence.ts';
import { root } from '../../scripts/lib/paths.ts';
import { goodWithin, runScenarios } from './scenarios.ts';

const path = 'evidence/failures.json';

/** Run every scenario. */
export async function makeFailures(): Promise<FailuresFile> {
  return failuresFile.parse({ goodWithin, failures: await runScenarios() });
}

/** The text of evidence/failures.json; times that only differ stay as they were measured first. */
export async function recordFailures(): Promise<string> {
  const text = readFileSync(join(root, path), 'utf8');
  const made = await makeFailures();
  const was = failuresFile.safeParse(JSON.parse(text));
  const same = was.success && JSON.stringify(timeless(was.data)) === JSON.stringify(timeless(made));
  return same ? text : `${JSON.stringify(made, null, 2)}\n`;
}

/** What a run has to repeat: everything but how long a plane took, if it was in time. */
export function timeless({ failures, ...rest }: FailuresFile) {
  const bounded = failures.map(({ goodAfter, ...failure }) => ({
    ...failure,
    good: goodAfter !== null,
  }));
  return { ...rest, failures: bounded };
}
