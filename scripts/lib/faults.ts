import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Fault } from '../../test/faults/fault.ts';
import { Mistake } from './main.ts';
import { root } from './paths.ts';

/** Load every fault of test/faults, with unique identifiers. */
export async function loadFaults(): Promise<Fault[]> {
  const folder = join(root, 'test', 'faults');
  const faults: Fault[] = [];
  for (const file of readdirSync(folder).sort()) {
    if (file === 'fault.ts') continue;
    const module = (await import(join(folder, file))) as { faults?: Fault[] };
    if (!module.faults?.length) throw new Mistake(`test/faults/${file}: exports no faults`);
    faults.push(...module.faults);
  }
  const ids = faults.map((fault) => fault.id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new Mistake(`test/faults: two faults are called "${twice}"`);
  return faults;
}
