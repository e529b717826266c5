import type { PlaneFile } from '../../evidence/evidence.ts';

/** Evidence of a plane that only a test has; `unprotected` is the baseline. */
export const planeFileOf = (name: string, results: PlaneFile['results']): PlaneFile => ({
  plane: name,
  title: name,
  kind: 'in a test',
  baseline: name === 'unprotected',
  surfaces: ['server'],
  patterns: [],
  components: [],
  release: '0.1.0',
  inputs: { files: ['a'], sha256: '0'.repeat(64) },
  results,
});
