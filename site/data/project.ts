import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The repository's root: every npm script runs there. */
export const root = process.cwd();

interface Package {
  version: string;
  repository: string;
}

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Package;

export const version = manifest.version;

/** The code host's address of the repository, or an empty string until it is set in package.json. */
export const repository = manifest.repository.replace(/^git\+/, '').replace(/\.git$|\/$/, '');

/** Return where the code host shows a file, or nothing while the repository's address is unset. */
export function sourceUrl(path: string, view: 'blob' | 'edit' = 'blob'): string | undefined {
  return repository === '' ? undefined : `${repository}/${view}/main/${path}`;
}

/** Add the base path to an address that starts at the site's root. */
export function href(address: string, base = import.meta.env?.BASE_URL ?? '/'): string {
  return base.replace(/\/$/, '') + address;
}
