import type { RunningPlane } from '../../test/contracts.ts';
import { typescript } from '../../test/planes/typescript.ts';
import { unprotected } from '../../test/planes/unprotected.ts';

/** What is measured, each beside what it is compared with. */
export const starts = {
  unprotected: () => unprotected.start(),
  typescript: () => typescript.start(),
} satisfies Record<string, () => Promise<RunningPlane>>;

export type TargetId = keyof typeof starts;
