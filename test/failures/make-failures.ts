import { failuresFile } from '../../evidence/evidence.ts';
import { goodWithin, runScenarios } from './scenarios.ts';

/** The text of evidence/failures.json, from a run of every scenario. */
export async function makeFailures(): Promise<string> {
  const file = failuresFile.parse({ goodWithin, failures: await runScenarios() });
  return `${JSON.stringify(file, null, 2)}\n`;
}
