import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright';
import { desktop, phone, visit } from './lib/site-browser.ts';
import { kinds } from './lib/site-pages.ts';
import { site } from './lib/site.ts';

/** Run every rule of axe on all that a page holds, folded parts opened; returns what it found. */
async function faultsOf(page: Page, name: string): Promise<string[]> {
  await page.evaluate(() =>
    document.querySelectorAll('details').forEach((one) => (one.open = true)),
  );
  // the size of targets is the one rule of WCAG 2.2 AA that axe leaves off; a page has no frames,
  // so that its results need no second page to be put together in
  const { violations, passes } = await new AxeBuilder({ page })
    .setLegacyMode()
    .options({ rules: { 'target-size': { enabled: true } }, resultTypes: ['violations'] })
    .analyze();
  assert.ok(passes.length > 20, `${name}: only ${passes.length} rules applied`);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html }) => `${name}: ${id}: ${html.slice(0, 120)}`),
  );
}

/** Ways to look at a page, one after the other. */
const looks = [
  { look: 'in light', viewport: desktop, colorScheme: 'light' },
  { look: 'in dark', viewport: desktop, colorScheme: 'dark' },
  { look: 'on a phone', viewport: phone, colorScheme: 'light' },
] as const;

test('axe finds nothing on any kind of page, in light, in dark and on a phone, with every rule and no exclusion', async () => {
  const { page, goOn, close } = await visit(await site('/'), kinds.home);
  const faults: string[] = [];
  let seen = 0;
  for (const path of Object.values(kinds)) {
    await goOn(path);
    seen += 1;
    for (const { look, viewport, colorScheme } of looks) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme });
      await page.locator(`html[data-theme="${colorScheme}"]`).waitFor();
      faults.push(...(await faultsOf(page, `/${path} ${look}`)));
    }
  }
  await close();
  assert.ok(seen > 10);
  assert.deepEqual(faults, []);
});

test('axe finds nothing in the search with its results, nor in the menu of a phone', async () => {
  const served = await site('/');
  const search = await visit(served, kinds.home, { colorScheme: 'dark' });
  await search.page.getByRole('button', { name: 'Search' }).click();
  await search.page.getByRole('dialog').getByRole('textbox').fill('audience');
  await search.page.getByRole('dialog').getByRole('link').first().waitFor();
  const menu = await visit(served, kinds.pattern, { viewport: phone, colorScheme: 'dark' });
  await menu.page.getByRole('button', { name: 'Menu' }).click();
  await menu.page.getByRole('link', { name: 'All attacks', exact: true }).waitFor();
  assert.deepEqual(await faultsOf(search.page, 'search'), []);
  assert.deepEqual(await faultsOf(menu.page, 'menu'), []);
  await search.close();
  await menu.close();
});
