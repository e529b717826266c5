import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { EvidenceFault } from './read.ts';

/** How many checks of a scenario passed, and those that did not. */
const outcome = z.strictObject({
  passed: z.number().int(),
  failed: z.array(z.string()),
});

/** What the protocol's own suite says of a server, bare and through planes: evidence/conformance.json. */
export const conformanceFile = z.strictObject({
  suite: z.strictObject({ name: z.string(), version: z.string() }),
  revision: z.string(),
  release: z.string(),
  scenarios: z
    .array(
      z.strictObject({
        scenario: z.string(),
        /** The revision requires it of every server. */
        required: z.boolean(),
        bare: outcome,
        planes: z.record(z.string(), outcome),
        /** Why it does not pass, where it does not. */
        reason: z.string().optional(),
      }),
    )
    .min(1),
});

export type ConformanceFile = z.infer<typeof conformanceFile>;

/** Read what the suite said; throws an EvidenceFault. */
export function readConformance(root: string): ConformanceFile {
  const path = 'evidence/conformance.json';
  try {
    return conformanceFile.parse(JSON.parse(readFileSync(join(root, path), 'utf8')));
  } catch (error) {
    throw new EvidenceFault(`${path}: ${(error as Error).message}: run npm run record`);
  }
}
