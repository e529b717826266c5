import type { PlaneFile } from '../../evidence/evidence.ts';
import { inputsDigest } from '../../evidence/inputs.ts';
import { root } from './project.ts';

const known = new Map<string, boolean>();

/** Tell whether a file that a plane's verdicts depend on has changed since they were recorded. */
export function changed(plane: PlaneFile): boolean {
  const answer =
    known.get(plane.plane) ?? inputsDigest(plane.inputs.files, root) !== plane.inputs.sha256;
  known.set(plane.plane, answer);
  return answer;
}

/** Say with which release verdicts were recorded, and whether they still describe what lies here. */
export function recorded(planes: readonly PlaneFile[]): string {
  const releases = [...new Set(planes.map((plane) => `v${plane.release}`))].join(', ');
  return planes.some(changed)
    ? `Recorded with ${releases}, before the inputs changed.`
    : `Recorded with ${releases}. Inputs unchanged.`;
}
