import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildSite } from '../build-site.ts';
import { run } from '../lib/children.ts';
import { Mistake } from '../lib/main.ts';
import { root } from '../lib/paths.ts';
import { buildPdf } from '../pdf.ts';

/** Seconds and bytes of what a reader gets, and of bare Starlight with the same pages. */
export interface SiteFigures {
  what: string;
  seconds?: number;
  bytes?: number;
}

/** Build site and PDF from nothing, and the same pages with Starlight alone. */
export async function measureSite(): Promise<SiteFigures[]> {
  // inside the project, where the packages are
  await mkdir(join(root, '.cache'), { recursive: true });
  const folder = await mkdtemp(join(root, '.cache', 'bench-'));
  try {
    const pdf = join(folder, 'paper.pdf');
    const figures: SiteFigures[] = [
      {
        what: 'PDF',
        seconds: await time(() => buildPdf({ out: pdf })),
        bytes: (await stat(pdf)).size,
      },
    ];
    const site = join(folder, 'site');
    figures.push({
      what: 'site',
      seconds: await time(() => buildSite({ base: '/', outDir: site })),
    });
    figures.push({ what: 'the same pages in bare Starlight', seconds: await bare(site, folder) });
    for (const page of ['', 'paper/', ...patterns(site)]) {
      figures.push({ what: `first view of /${page}, packed`, bytes: await weigh(site, page) });
    }
    return figures;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const patterns = (site: string) =>
  globSync('patterns/*/index.html', { cwd: site })
    .sort()
    .map((file) => `${dirname(file)}/`);

async function time(work: () => unknown): Promise<number> {
  const before = performance.now();
  await work();
  return Number(((performance.now() - before) / 1000).toFixed(1));
}

/** Build the Markdown twins of all pages with a Starlight that nothing is added to. */
async function bare(site: string, folder: string): Promise<number> {
  const project = join(folder, 'bare');
  const content = join(project, 'src/content/docs');
  for (const file of globSync('**/*.md', { cwd: site })) {
    const text = await readFile(join(site, file), 'utf8');
    const title = /^# (.+)$/m.exec(text)?.[1] ?? file;
    await mkdir(dirname(join(content, file)), { recursive: true });
    await writeFile(
      join(content, file),
      `---\ntitle: ${JSON.stringify(title)}\n---\n${text.replace(/!\[[^\]]*\]\([^)]*\)/g, '')}`,
    );
  }
  const files = {
    // Vite bundles an integration only where the project says that it depends on it
    'package.json': '{"type":"module","dependencies":{"@astrojs/starlight":"*","astro":"*"}}',
    'astro.config.mjs':
      "import starlight from '@astrojs/starlight';\nimport { defineConfig } from 'astro/config';\n" +
      "export default defineConfig({ integrations: [starlight({ title: 'Bare' })] });\n",
    'src/content.config.ts':
      "import { docsLoader } from '@astrojs/starlight/loaders';\nimport { docsSchema } from '@astrojs/starlight/schema';\n" +
      "import { defineCollection } from 'astro:content';\n" +
      'export const collections = { docs: defineCollection({ loader: docsLoader(), schema: docsSchema() }) };\n',
  };
  for (const [file, text] of Object.entries(files)) await writeFile(join(project, file), text);
  return time(async () => {
    const astro = join(root, 'node_modules/astro/bin/astro.mjs');
    const { code, stdout, stderr } = await run(process.execPath, [astro, 'build'], {
      cwd: project,
      env: { ...process.env, ASTRO_TELEMETRY_DISABLED: '1', NO_COLOR: '1' },
    });
    if (code !== 0)
      throw new Mistake(`bare Starlight: ${(stdout + stderr).trim().split('\n').at(-1)}`);
  });
}

/** Bytes of a page with every file that its HTML names but diagrams; fonts are packed already. */
async function weigh(site: string, page: string): Promise<number> {
  const html = await readFile(join(site, page, 'index.html'));
  const named = html.toString().matchAll(/(?:href|src)="\/(_astro\/[^"]+\.(?:css|js|woff2))"/g);
  const files = [...new Set([...named].map(([, file]) => file ?? ''))];
  const sizes = files.map(async (file) => {
    const bytes = await readFile(join(site, file));
    return file.endsWith('.woff2') ? bytes.length : gzipSync(bytes).length;
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, gzipSync(html).length);
}
