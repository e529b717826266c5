import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../scripts/lib/paths.ts';
import { phone, visit } from './lib/site-browser.ts';
import { assertClean, tabTo } from './lib/site-keyboard.ts';
import { kinds } from './lib/site-pages.ts';
import { site } from './lib/site.ts';

const clipboard = { permissions: ['clipboard-read', 'clipboard-write'] };

test('the theme is chosen by keyboard and kept on the next page and visit', async () => {
  const opened = await visit(await site('/'), kinds.home);
  const { page } = opened;
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  assert.equal(await ground(), 'rgb(255, 255, 255)');
  await tabTo(page, page.getByLabel('Select theme'));
  await page.keyboard.press('d');
  await page.keyboard.press('Enter');
  assert.equal(await ground(), 'rgb(21, 23, 26)');
  await page.reload();
  assert.equal(await ground(), 'rgb(21, 23, 26)');
  await page.goto(`${(await site('/')).url}${kinds.paper}`);
  assert.equal(await ground(), 'rgb(21, 23, 26)');
  assertClean(opened);
  await opened.close();
});

test('the menu of a phone opens, leads to a page and closes by keyboard', async () => {
  const opened = await visit(await site('/'), kinds.pattern, { viewport: phone });
  const { page } = opened;
  const menu = page.getByRole('button', { name: 'Menu' });
  const link = page
    .getByRole('navigation', { name: 'Main' })
    .getByRole('link', { name: 'All attacks' });
  assert.equal(await link.isVisible(), false);
  await tabTo(page, menu);
  await page.keyboard.press('Enter');
  assert.equal(await link.isVisible(), true);
  await page.keyboard.press('Escape');
  assert.equal(await link.isVisible(), false);
  await page.keyboard.press('Enter');
  await tabTo(page, link);
  await page.keyboard.press('Enter');
  await page.waitForURL(`**/${kinds.attacks}`);
  assertClean(opened);
  await opened.close();
});

test('the line that applies a pattern is copied by keyboard', async () => {
  const opened = await visit(await site('/'), kinds.pattern, clipboard);
  const { page } = opened;
  await tabTo(page, page.locator('.apply').getByRole('button', { name: 'Copy' }).first());
  await page.keyboard.press('Enter');
  await page.getByText('Copied').first().waitFor();
  assert.equal(
    await page.evaluate(() => navigator.clipboard.readText()),
    'kubectl apply --server-side -k manifests/token-authentication',
  );
  assertClean(opened);
  await opened.close();
});

test('a block of code is copied by keyboard as its file has it', async () => {
  const opened = await visit(await site('/'), kinds.pattern, clipboard);
  const { page } = opened;
  const block = page.locator('figure', { hasText: 'manifests/settings/settings.yaml' });
  await tabTo(page, block.getByRole('button', { name: 'Copy' }), 300);
  await page.keyboard.press('Enter');
  await block.getByText('Copied').waitFor();
  const file = readFileSync(join(root, 'manifests/settings/settings.yaml'), 'utf8');
  const shown = file.replace(/^ *# (end)?region.*\n/gm, '').trimEnd();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), shown);
  assertClean(opened);
  await opened.close();
});

test('the first Tab offers to skip to the content, and does', async () => {
  const opened = await visit(await site('/'), kinds.pattern);
  const { page } = opened;
  await page.keyboard.press('Tab');
  const skip = page.getByRole('link', { name: 'Skip to content' });
  assert.ok(await skip.evaluate((element) => element === document.activeElement));
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  assert.ok(await page.evaluate(() => document.activeElement?.closest('main') !== null));
  await opened.close();
});

test('wherever Tab leads on the home and the pattern page, the focus is seen', async () => {
  for (const kind of [kinds.home, kinds.pattern]) {
    const opened = await visit(await site('/'), kind);
    const unseen: string[] = [];
    let stops = 0;
    for (; stops < 150; stops += 1) {
      await opened.page.keyboard.press('Tab');
      const stop = await opened.page.evaluate(() => {
        const element = document.activeElement;
        if (element === null || element === document.body) return undefined;
        const { outlineStyle, outlineWidth } = getComputedStyle(element);
        const { width, height } = element.getBoundingClientRect();
        // the outline of a browser is thinner, and would hide that the site's own is gone
        const seen =
          outlineStyle === 'solid' && parseFloat(outlineWidth) >= 2 && width > 1 && height > 1;
        return { seen, html: element.outerHTML.slice(0, 100) };
      });
      if (stop === undefined) break;
      if (!stop.seen) unseen.push(stop.html);
    }
    assert.ok(stops > 30, `only ${stops} stops`);
    assert.deepEqual(unseen, [], `/${kind}`);
    await opened.close();
  }
});
