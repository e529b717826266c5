import { createHash, type Hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.ts';
import { projectFiles } from './scratch.ts';

const inputs =
  /^(site|patterns|manifests|whitepaper|evidence|scripts|test\/(readers|checks))\/|^[^/]+\.(json|mjs)$/;

/** Begin a sha256 with every file that site and PDF are made from; more may be added to it. */
export function hashSiteInputs(): Hash {
  const hash = createHash('sha256');
  for (const file of projectFiles().filter((name) => inputs.test(name))) {
    hash.update(`${file}\0`).update(readFileSync(join(root, file)));
  }
  return hash;
}
