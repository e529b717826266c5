import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright';
import { desktop, phone, visit } from './lib/site-browser.ts';
import { kinds } from './lib/site-pages.ts';
import { site } from './lib/site.ts';

/** An A4 page between its margins, in CSS pixels. */
const sheet = { width: 718, height: 1000 };

/** What each page must still hold on paper. */
const exhibits = {
  [kinds.home]: ['main table'],
  [kinds.paper]: ['main table', '.diagram img', '.recommendation', '.side-note'],
  [kinds.pattern]: ['.diagram img', '.strip', '.apply code', '.expressive-code pre', 'main table'],
  [kinds.group]: ['.exchange', 'main table'],
};

/** The text that a reader sees in the main part, without the names of buttons. */
async function mainText(page: Page): Promise<string> {
  const text = await page.locator('main').innerText();
  return text
    .replaceAll(/^Copy$/gm, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** Controls that are offered and enabled, but for the menu, which opens by itself. */
function controls(page: Page): Promise<string[]> {
  return page
    .locator('select, input, button:not([popovertarget])')
    .evaluateAll((all) =>
      all
        .filter((one) => one.checkVisibility() && !one.matches(':disabled'))
        .map(({ outerHTML }) => outerHTML.slice(0, 80)),
    );
}

/** Where the page's layout for a wide screen shows: its typefaces, and the ways that it hides. */
const wide = () => ({
  text: getComputedStyle(document.body).fontFamily.split('-')[0],
  code: getComputedStyle(document.querySelector('main code') ?? document.body).fontFamily.split(
    '-',
  )[0],
  loaded: [...document.fonts].filter(({ status }) => status === 'loaded').length,
  // a rule within a rule: half of the sign is filled
  sign: [...document.querySelectorAll('.sign span')].map(
    (half) => getComputedStyle(half).backgroundColor === getComputedStyle(half).color,
  ),
  menu: document.querySelector('starlight-menu-button button')?.checkVisibility() ?? false,
  contents: document.querySelector('mobile-starlight-toc')?.checkVisibility() ?? false,
});

test('a wide screen shows the shipped typefaces and nothing that a phone needs', async () => {
  const opened = await visit(await site('/'), kinds.pattern);
  const seen = await opened.page.evaluate(wide);
  await opened.close();
  const faces = { text: 'Serif', code: 'Code', loaded: 2 };
  assert.deepEqual(seen, { ...faces, sign: [true, false], menu: false, contents: false });
});

test('without JavaScript every kind of page shows the same text, on a phone the ways on, and no control that does nothing', async () => {
  const served = await site('/');
  const scripted = await visit(served, kinds.home);
  const plain = await visit(served, kinds.home, { javaScriptEnabled: false });
  for (const path of Object.values(kinds)) {
    await plain.page.setViewportSize(desktop);
    await Promise.all([scripted.goOn(path), plain.goOn(path)]);
    const text = await mainText(plain.page);
    assert.ok(text.length > 80, `/${path} shows next to nothing`);
    assert.equal(text, await mainText(scripted.page), `/${path}`);
    assert.ok((await controls(scripted.page)).length > 0, `/${path} has no control at all`);
    assert.deepEqual(await controls(plain.page), [], `/${path}`);
    await plain.page.setViewportSize(phone);
    for (const place of ['Paper', 'Patterns', 'Attacks', 'Evidence']) {
      const links = plain.page.getByRole('link', { name: place, exact: true });
      assert.ok((await links.count()) > 0, `/${path} leads to no ${place}`);
    }
    assert.deepEqual(await controls(plain.page), [], `/${path} on a phone`);
  }
  await scripted.close();
  await plain.close();
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`on paper a page set in ${colorScheme} is black on white, whole and without its frame`, async () => {
    const options = { viewport: sheet, colorScheme };
    const { page, goOn, close } = await visit(await site('/'), kinds.home, options);
    for (const [path, selectors] of Object.entries(exhibits)) {
      await goOn(path);
      await page.emulateMedia({ media: 'print' });
      for (const selector of selectors) {
        const seen = page.locator(selector).filter({ visible: true });
        assert.ok((await seen.count()) > 0, `/${path}: no ${selector} on paper`);
      }
      const paper = await page.evaluate(() => {
        const shown = (selector: string) =>
          [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility());
        const { backgroundColor, color } = getComputedStyle(document.body);
        return {
          colours: [backgroundColor, color],
          frame: shown('header.header, nav, button, select').map(({ outerHTML }) =>
            outerHTML.slice(0, 80),
          ),
          cut: shown('main *')
            .filter((one) => getComputedStyle(one).overflowX !== 'visible' && one.clientWidth > 1)
            .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth + 1)
            .map(({ outerHTML }) => outerHTML.slice(0, 80)),
          beyond: document.documentElement.scrollWidth - innerWidth,
        };
      });
      const colours = ['rgb(255, 255, 255)', 'rgb(0, 0, 0)'];
      assert.deepEqual(paper, { colours, frame: [], cut: [], beyond: 0 }, `/${path}`);
    }
    await close();
  });
}
