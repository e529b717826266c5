import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { Mistake } from './main.ts';
import { cacheDir } from './paths.ts';

/** Who serves: each task leaves word in a file of its own. */
export type By = 'serve' | 'idp';
const files: Record<By, string> = {
  serve: join(cacheDir, 'served.json'),
  idp: join(cacheDir, 'idp.json'),
};

const servedShape = z.object({
  issuer: z.string(),
  resource: z.string(),
  secrets: z.record(z.string(), z.string()),
  passwords: z.record(z.string(), z.string()).optional(),
});

/** What is served now, with the secrets and passwords made up for this run. */
export type Served = z.infer<typeof servedShape>;

/** Leave word for `npm run token` until this process ends; only its user can read it. */
export function writeServed(served: Served, by: By = 'serve'): void {
  const file = files[by];
  mkdirSync(cacheDir, { recursive: true });
  rmSync(file, { force: true });
  writeFileSync(file, JSON.stringify(served), { mode: 0o600 });
  process.once('exit', () => rmSync(file, { force: true }));
}

/** Read what is served; nothing served is a mistake that says how to start it. */
export function readServed(by: By = 'serve'): Served {
  try {
    return servedShape.parse(JSON.parse(readFileSync(files[by], 'utf8')));
  } catch {
    throw nothingServed(by);
  }
}

/** The one line that says how to start what is missing. */
export function nothingServed(by: By = 'serve'): Mistake {
  const what = by === 'idp' ? 'Keycloak' : 'authorization server';
  return new Mistake(`no ${what} runs here: start it with "npm run ${by}"`);
}
