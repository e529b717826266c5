import type { AttackRecord, PlaneFile } from '../../evidence/evidence.ts';
import { tally } from '../../evidence/read.ts';

/** Sum up a group in one or two sentences. */
export function inNumbers(attacks: readonly AttackRecord[], planes: readonly PlaneFile[]): string {
  const tallies = planes.map((plane) => tally(plane, attacks)).filter((one) => one.applicable > 0);
  const baseline = tallies.find(({ plane }) => plane.baseline);
  const requests =
    attacks.length === 1
      ? 'One request with one fault'
      : `${attacks.length} requests with one fault each`;
  const working =
    baseline === undefined
      ? ''
      : baseline.count === attacks.length
        ? ' Every one works without protection.'
        : ` Of these ${baseline.count} work without protection.`;
  return `${requests}.${working} The twin, the same request with that fault mended, succeeds wherever the attack was asked.`;
}
