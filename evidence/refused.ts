import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** What a real API server said of each variant that it is to refuse: evidence/refused.json. */
export const refusedFile = z.strictObject({
  /** The release of Kubernetes that was asked. */
  kubernetes: z.string(),
  refused: z.array(z.strictObject({ file: z.string(), by: z.string(), message: z.string() })),
});

export type RefusedFile = z.infer<typeof refusedFile>;

/** Read the recorded refusals of the repository at `root`; none where nothing was recorded. */
export function readRefused(root: string): RefusedFile {
  const file = join(root, 'evidence', 'refused.json');
  if (!existsSync(file)) return { kubernetes: '', refused: [] };
  return refusedFile.parse(JSON.parse(readFileSync(file, 'utf8')));
}
