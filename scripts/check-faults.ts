// Prevents a fault that can no longer be seeded: its text was rewritten, and nobody would see that its
// check has gone blind. Every edit of every fault is tried on the files as they are; none is written.
import { loadFaults } from './lib/faults.ts';
import { describe, main } from './lib/main.ts';
import { root } from './lib/paths.ts';
import { report, type Problem } from './lib/problems.ts';
import { rewrite } from './lib/scratch.ts';

await main(async () => {
  const faults = await loadFaults();
  const problems = faults.flatMap((fault): Problem[] => {
    try {
      rewrite(root, [fault, ...(fault.also ?? [])]);
      return [];
    } catch (error) {
      return [{ file: 'test/faults', text: `${fault.id}: ${describe(error)}` }];
    }
  });
  report('faults that can be seeded', faults.length, problems);
});
