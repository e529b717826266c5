import { cp, mkdir, rename, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeFonts } from './fonts.ts';
import { run } from './lib/children.ts';
import { main, Mistake } from './lib/main.ts';
import { root } from './lib/paths.ts';
import { writeArchives } from './site-archive.ts';
import { secure } from './site-csp.ts';
import { writeTwins } from './site-llms.ts';
import { purgeStyles } from './site-styles.ts';

/**
 * Build the site into a folder, which a failed build leaves as it was.
 * @param base path under which the site will be served, `/` or `/repo/`
 */
export async function buildSite({ base, outDir }: { base: string; outDir: string }): Promise<void> {
  const draft = `${outDir}.draft`;
  await rm(draft, { recursive: true, force: true });
  try {
    await makeFonts();
    await astroBuild(base, draft);
    await cp(join(root, 'manifests'), join(draft, 'manifests'), { recursive: true });
    await writeArchives(draft);
    const pdf = join(root, '.cache', 'whitepaper.pdf');
    if (existsSync(pdf)) await cp(pdf, join(draft, 'whitepaper.pdf'));
    await mkdir(join(draft, 'licences'), { recursive: true });
    for (const family of ['source-serif-4', 'source-code-pro']) {
      const licence = join(root, 'node_modules/@expo-google-fonts', family, 'LICENSE_FONT');
      await cp(licence, join(draft, 'licences', `${family}.txt`));
    }
    await writeTwins({ base, outDir: draft });
    await secure(draft);
    await purgeStyles(draft);
    await rm(outDir, { recursive: true, force: true });
    await rename(draft, outDir);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function astroBuild(base: string, outDir: string): Promise<void> {
  const astro = join(root, 'node_modules', 'astro', 'bin', 'astro.mjs');
  const { code, stdout, stderr } = await run(
    process.execPath,
    [astro, 'build', '--outDir', outDir],
    {
      cwd: root,
      env: { ...process.env, SITE_BASE: base, ASTRO_TELEMETRY_DISABLED: '1', NO_COLOR: '1' },
    },
  );
  if (code !== 0) throw new Mistake(whatFailed(`${stdout}\n${stderr}`));
}

/** Reduce what Astro printed to the lines that say what to mend. */
export function whatFailed(output: string): string {
  const lines = output.split('\n').map((line) => line.trim());
  const placed = lines
    .map((line) => /(?:^|\s)((?:[\w.-]+\/)*[\w.-]+\.\w+:\d+: .+)$/.exec(line)?.[1])
    .filter((line) => line !== undefined);
  if (placed.length > 0) return [...new Set(placed)].join('\n');
  const errors = lines.filter((line) => /error/i.test(line) && !line.startsWith('at '));
  return `site: ${errors[0] ?? lines.findLast((line) => line !== '') ?? 'the build failed'}`;
}

if (import.meta.main) {
  await main(async () => {
    const { values } = parseArgs({
      options: {
        base: { type: 'string', default: '/' },
        out: { type: 'string', default: join(root, 'dist') },
        help: { type: 'boolean' },
      },
    });
    if (values.help) {
      return console.log('build the site: node scripts/build-site.ts --base /repo/ --out dist');
    }
    await buildSite({ base: values.base, outDir: values.out });
  });
}
