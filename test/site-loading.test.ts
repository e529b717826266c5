import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { bases, type Base } from './lib/site-build.ts';
import { desktop, forEach, phone, visit, type Visit } from './lib/site-browser.ts';
import { fileOf, kinds, pagesOf } from './lib/site-pages.ts';
import { site, type Site } from './lib/site.ts';

/** First view in bytes, with fonts and without diagrams. */
const firstView = 60_000;
const diagram = 15_000;

const screens = {
  desktop: { viewport: desktop, colorScheme: 'light' },
  phone: { viewport: phone, colorScheme: 'dark' },
} as const;

interface Seen {
  name: string;
  page: string;
  screen: keyof typeof screens;
  foreign: string[];
  failed: string[];
  console: string[];
  violations: string[];
  weight: number;
  diagrams: string[];
  overflow: number;
}

/** Size of a file as it travels: by gzip at its default level; fonts are packed already. */
function weigh(folder: string, path: string): number {
  const bytes = readFileSync(join(folder, fileOf(path)));
  return path.endsWith('.woff2') ? bytes.length : gzipSync(bytes).length;
}

const walks = new Map<Base, Promise<Seen[]>>();

/** Open every page once on each screen, on the desktop at the root as a first visit. */
function walk(base: Base): Promise<Seen[]> {
  const walked = walks.get(base) ?? openAll(base);
  walks.set(base, walked);
  return walked;
}

async function openAll(base: Base): Promise<Seen[]> {
  const served = await site(base);
  const pages = pagesOf(served.folder);
  // what a base path breaks, it breaks on every screen
  if (base !== '/') return openInARow(served, pages, 'desktop');
  const [firstVisits, onPhone] = await Promise.all([
    forEach(pages, (page) => openInARow(served, [page], 'desktop')),
    openInARow(served, pages, 'phone'),
  ]);
  return [...firstVisits.flat(), ...onPhone];
}

/** Open pages one after the other, of which only the first is a first visit. */
async function openInARow(
  served: Site,
  pages: readonly string[],
  screen: keyof typeof screens,
): Promise<Seen[]> {
  const { base, folder } = served;
  const all: Seen[] = [];
  let opened: Visit | undefined;
  for (const page of pages) {
    if (opened === undefined) opened = await visit(served, page, screens[screen]);
    else await opened.goOn(page);
    const diagrams = opened.fetched.filter((path) => path.startsWith('diagrams/'));
    const weighed = opened.fetched.filter((path) => !diagrams.includes(path));
    all.push({
      name: `${base}${page} on a ${screen}`,
      page,
      screen,
      foreign: [...opened.foreign],
      failed: [...opened.failed],
      console: [...opened.console],
      violations: [...opened.violations],
      weight: weighed.reduce((sum, path) => sum + weigh(folder, path), 0),
      diagrams,
      overflow: await opened.page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
    });
  }
  await opened?.close();
  return all;
}

for (const base of bases) {
  const faults = {
    failed: 'every file that a page asks for is there',
    console: 'no page writes an error or a warning to the console',
    violations: 'no page violates its own Content-Security-Policy',
    foreign: 'no page asks another host for anything',
  } as const;
  for (const [kind, title] of Object.entries(faults)) {
    test(`${title} under ${base}`, async () => {
      const seen = await walk(base);
      assert.ok(seen.length >= Object.keys(kinds).length);
      const wrong = seen.flatMap((one) =>
        one[kind as keyof typeof faults].map((what) => `${one.name}: ${what}`),
      );
      assert.deepEqual(wrong, []);
    });
  }
}

for (const base of bases) {
  test(`an address that leads nowhere answers 404 with a page that leads home under ${base}`, async () => {
    const served = await site(base);
    const opened = await visit(served, 'no/such/page/');
    assert.deepEqual(opened.failed, [`${base}no/such/page/ (404)`]);
    assert.ok(opened.fetched.some((path) => path.endsWith('.css')));
    assert.equal(await opened.page.getByRole('heading', { level: 1 }).innerText(), 'No page here');
    await opened.page.getByRole('main').getByRole('link', { name: 'The matrix' }).click();
    await opened.page.waitForURL(served.url);
    await opened.close();
  });
}

test('no page scrolls sideways, at 360 pixels or at 1280', async () => {
  const wide = (await walk('/')).filter(({ overflow }) => overflow > 0);
  assert.deepEqual(
    wide.map(({ name, overflow }) => `${name}: ${overflow} px too wide`),
    [],
  );
});

test('the first view of every page keeps to its weight', async (t) => {
  const seen = (await walk('/')).filter(({ screen }) => screen === 'desktop');
  assert.deepEqual(
    seen.filter(({ weight }) => weight < 30_000).map(({ name }) => `${name} was not weighed`),
    [],
  );
  const heavy = seen.flatMap(({ name, weight }) =>
    weight > firstView ? [`${name}: ${weight} bytes, at most ${firstView}`] : [],
  );
  assert.deepEqual(heavy, []);
  t.diagnostic(seen.map(({ page, weight }) => `/${page} ${weight}`).join(', '));
});

test('a page fetches a diagram only in the colours it shows', async () => {
  const fetched = (await walk('/')).flatMap(({ screen, diagrams }) =>
    diagrams.map((path) => `${screen} ${path.replace(/.*\.(\w+)\.svg/, '$1')}`),
  );
  assert.deepEqual([...new Set(fetched)].sort(), ['desktop light', 'phone dark']);
});

test('every diagram weighs at most 15 kB', async () => {
  const { folder } = await site('/');
  const files = globSync('diagrams/*.svg', { cwd: folder });
  assert.ok(files.length >= 6, `only ${files.length} drawings`);
  const weights = files.map((file) => ({ file, bytes: weigh(folder, file) }));
  assert.deepEqual(
    weights.filter(({ bytes }) => bytes > diagram),
    [],
  );
});
