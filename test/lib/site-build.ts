import { readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../scripts/lib/children.ts';
import { root } from '../../scripts/lib/paths.ts';
import { createScratch } from '../../scripts/lib/scratch.ts';
import { hashSiteInputs } from '../../scripts/lib/site-inputs.ts';
import { makeOnce } from '../../scripts/tools/make-once.ts';

/** Where a reader may be served the site: at the root, or below a path as Pages does. */
export type Base = '/' | '/repo/';
export const bases: readonly Base[] = ['/', '/repo/'];

/** The address that the repository has in the build below `/repo/`; no such host exists. */
export const address = 'https://code.example/owner/repo';

const parent = join(root, '.cache', 'tested-site');

/**
 * Return a folder that holds the site as its sources are now: at the root while the repository has
 * no address, below `/repo/` when it has one.
 */
export function builtSite(base: Base): Promise<string> {
  const name = `${base === '/' ? 'root' : 'repo'}-${stamp()}`;
  return makeOnce(join(parent, name), async (draft) => {
    removeOld();
    const repository = base === '/' ? '' : address;
    const manifest = readFileSync(join(root, 'package.json'), 'utf8');
    const [find = ''] = /"repository": ".*"/.exec(manifest) ?? [];
    const replace = `"repository": "${repository}"`;
    if (find === replace) return build(root, base, draft);
    const scratch = createScratch();
    try {
      scratch.edit([{ file: 'package.json', find, replace }]);
      await build(scratch.folder, base, draft);
    } finally {
      scratch.remove();
    }
  });
}

/** Remove what was built over an hour ago: no test still reads it. */
function removeOld(): void {
  for (const name of readdirSync(parent)) {
    const folder = join(parent, name);
    if (statSync(folder).mtimeMs < Date.now() - 3_600_000) {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

/** Name the state of everything that a page is made from. */
function stamp(): string {
  return hashSiteInputs().digest('hex').slice(0, 12);
}

/** Build paper and site as `npm run build` does; what stops it is the error. */
async function build(cwd: string, base: Base, out: string): Promise<void> {
  const steps = [
    ['scripts/pdf.ts', '--out', join(cwd, '.cache', 'whitepaper.pdf')],
    ['scripts/build-site.ts', '--base', base, '--out', out],
  ];
  for (const args of steps) {
    const { code, stdout, stderr } = await run(process.execPath, args, { cwd });
    if (code !== 0) throw new Error(`${args[0]} ended with ${code}: ${stdout}${stderr}`);
  }
}
