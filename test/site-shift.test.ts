import assert from 'node:assert/strict';
import { test } from 'node:test';
import { desktop, forEach } from './lib/site-browser.ts';
import { kinds } from './lib/site-pages.ts';
import { browser, site } from './lib/site.ts';

type Watched = typeof globalThis & { shift: number };

/** Runs in the page: sums up its layout shifts from the first on. */
function watch(): void {
  const watched = globalThis as Watched;
  watched.shift = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEntry & { value: number })[]) {
      watched.shift += entry.value;
    }
  }).observe({ type: 'layout-shift', buffered: true });
}

// a font that arrives late moves text where the fallback's face is not installed: none arrives here
test('nothing moves on any kind of page while it loads', async () => {
  const { url } = await site('/');
  const started = await browser();
  const shifts = await forEach(Object.values(kinds), async (path) => {
    const page = await started.newPage({ viewport: desktop });
    await page.route('**/*.woff2', (route) => route.abort());
    await page.addInitScript(watch);
    await page.goto(url + path, { waitUntil: 'networkidle' });
    const shift = await page.evaluate(() => (globalThis as Watched).shift);
    await page.close();
    return { path, shift };
  });
  assert.ok(shifts.length > 10);
  const moved = shifts.filter(({ shift }) => !(shift < 0.005));
  assert.deepEqual(
    moved.map(({ path, shift }) => `/${path}: ${shift}`),
    [],
  );
});
