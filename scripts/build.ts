import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildPdf } from './pdf.ts';
import { buildSite } from './build-site.ts';
import { main } from './lib/main.ts';
import { root } from './lib/paths.ts';
import { hashSiteInputs } from './lib/site-inputs.ts';

const stampFile = join(root, '.cache', 'built-from');

/** Build site and PDF into dist, unless what they are made from is what it was. */
export async function build(): Promise<void> {
  const base = process.env['SITE_BASE'] ?? '/';
  const hash = hashSiteInputs().update(base);
  // the evidence page says when this machine last ran the attacks
  const lastRun = join(root, '.cache', 'last-run.json');
  if (existsSync(lastRun)) hash.update(readFileSync(lastRun));
  const stamp = hash.digest('hex');
  const fresh = existsSync(join(root, 'dist', 'index.html')) && existsSync(stampFile);
  if (fresh && readFileSync(stampFile, 'utf8') === stamp) return;
  rmSync(stampFile, { force: true });
  const started = Date.now();
  const seconds = () => `${((Date.now() - started) / 1000).toFixed(1)} s`;
  console.error('build: paper');
  buildPdf({ out: join(root, '.cache', 'whitepaper.pdf') });
  console.error('build: site, about half a minute');
  const ticker = setInterval(() => console.error(`build: still building, ${seconds()}`), 10_000);
  try {
    await buildSite({ base, outDir: join(root, 'dist') });
  } finally {
    clearInterval(ticker);
  }
  mkdirSync(join(root, '.cache'), { recursive: true });
  writeFileSync(stampFile, stamp);
  console.error(`build: done in ${seconds()}`);
}

if (import.meta.main) await main(build);
