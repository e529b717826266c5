import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { chromium as playwright } from 'playwright';
import { run } from '../lib/children.ts';
import { Mistake } from '../lib/main.ts';
import { onPath } from './on-path.ts';
import { progress } from './progress.ts';

const systemNames = ['chromium', 'chromium-browser', 'google-chrome'];

/** Find a Chromium that starts, installing one where none is there. */
export async function chromium(): Promise<string> {
  return (
    (await own()) ??
    (await system()) ??
    (await byPlaywright()) ??
    (await byApt()) ??
    fail('no Chromium: run `npx playwright install --with-deps chromium`, or install chromium')
  );
}

/** Playwright's own browser, where it was installed before. */
async function own(): Promise<string | undefined> {
  const path = playwright.executablePath();
  return existsSync(path) && (await starts(path)) ? path : undefined;
}

/** The system's browser. */
async function system(): Promise<string | undefined> {
  for (const name of systemNames) {
    const path = onPath(name);
    if (path !== undefined && (await starts(path))) return path;
  }
  return undefined;
}

async function byPlaywright(): Promise<string | undefined> {
  const cli = join(dirname(createRequire(import.meta.url).resolve('playwright')), 'cli.js');
  await progress('installing Chromium by Playwright', () =>
    run(process.execPath, [cli, 'install', 'chromium'], {
      env: { ...process.env, PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: '10000' },
    }),
  );
  return own();
}

async function byApt(): Promise<string | undefined> {
  if (process.getuid?.() !== 0 || onPath('apt-get') === undefined) return undefined;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await progress('installing Chromium by apt-get', async () => {
    await run('apt-get', ['update'], { env });
    await run('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], { env });
  });
  return system();
}

/** A browser whose shared libraries are missing is there and does not start. */
async function starts(path: string): Promise<boolean> {
  return (await run(path, ['--version'], { timeoutMs: 30_000 })).code === 0;
}

function fail(message: string): never {
  throw new Mistake(message);
}
