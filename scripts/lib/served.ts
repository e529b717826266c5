import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { Mistake } from './main.ts';
import { cacheDir } from './paths.ts';

const file = join(cacheDir, 'served.json');

const servedShape = z.object({
  issuer: z.string(),
  resource: z.string(),
  secrets: z.record(z.string(), z.string()),
});

/** What `npm run serve` serves now, with the client secrets it made up for this run. */
export type Served = z.infer<typeof servedShape>;

/** Leave word for `npm run token` until this process ends; only its user can read it. */
export function writeServed(served: Served): void {
  mkdirSync(cacheDir, { recursive: true });
  rmSync(file, { force: true });
  writeFileSync(file, JSON.stringify(served), { mode: 0o600 });
  process.once('exit', () => rmSync(file, { force: true }));
}

/** Read what is served; nothing served is a mistake that says how to start it. */
export function readServed(): Served {
  try {
    return servedShape.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    throw nothingServed();
  }
}

/** The one line that says how to start what is missing. */
export function nothingServed(): Mistake {
  return new Mistake('no authorization server runs here: start it with "npm run serve"');
}
