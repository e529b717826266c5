import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bases } from './lib/site-build.ts';
import { visit } from './lib/site-browser.ts';
import { assertClean, tabTo } from './lib/site-keyboard.ts';
import { kinds } from './lib/site-pages.ts';
import { site } from './lib/site.ts';

for (const base of bases) {
  test(`search is opened, used and followed to a page by keyboard alone under ${base}`, async () => {
    const opened = await visit(await site(base), kinds.home);
    const { page } = opened;
    await tabTo(page, page.getByRole('button', { name: 'Search' }));
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Search' });
    await dialog.getByRole('textbox').waitFor();
    await page.keyboard.type('audience');
    const results = dialog.getByRole('link');
    await results.first().waitFor();
    const addresses = await results.evaluateAll((links) =>
      links.map((link) => link.getAttribute('href') ?? ''),
    );
    assert.ok(
      addresses.some((to) => to.startsWith(`${base}attacks/token-audience/`)),
      addresses.join(' '),
    );
    assert.deepEqual(
      addresses.filter((to) => !to.startsWith(base)),
      [],
    );
    await tabTo(page, results.first(), 10);
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.pathname !== base);
    assert.notEqual(await page.getByRole('heading', { level: 1 }).innerText(), 'No page here');
    assertClean(opened);
    await opened.close();
  });
}

test('search opens by Ctrl K, closes by Escape and gives the focus back', async () => {
  const opened = await visit(await site('/'), kinds.paper);
  const { page } = opened;
  const button = page.getByRole('button', { name: 'Search' });
  const dialog = page.getByRole('dialog', { name: 'Search' });
  await tabTo(page, button);
  await page.keyboard.press('Control+k');
  await dialog.getByRole('textbox').waitFor();
  await page.keyboard.press('Escape');
  if (await dialog.isVisible()) await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  assert.ok(await button.evaluate((element) => element === document.activeElement));
  await opened.close();
});
