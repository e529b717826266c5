import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright';
import type { Visit } from './site-browser.ts';

/** Press Tab until an element has the focus, as a reader without a mouse does. */
export async function tabTo(page: Page, target: Locator, most = 120): Promise<void> {
  for (let presses = 0; presses < most; presses += 1) {
    await page.keyboard.press('Tab');
    if (await target.evaluate((element) => element === document.activeElement)) return;
  }
  assert.fail(`${most} presses of Tab did not reach ${target.toString()}`);
}

/** What went wrong while the page was used. */
export function assertClean({ console, failed, foreign, violations }: Visit): void {
  assert.deepEqual(
    { console, failed, foreign, violations },
    { console: [], failed: [], foreign: [], violations: [] },
  );
}
