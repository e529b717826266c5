import type { BrowserContextOptions, Page } from 'playwright';
import { browser, type Site } from './site.ts';

export const desktop = { width: 1280, height: 800 };
export const phone = { width: 360, height: 780 };

/** A page as a reader has it before them, and what went wrong until now. */
export interface Visit {
  page: Page;
  /** Files of the site, as paths below its base. */
  fetched: string[];
  /** Requests to any other host. */
  foreign: string[];
  /** Answers of 400 and above, and requests that got no answer. */
  failed: string[];
  /** Errors and warnings on the console, and uncaught exceptions. */
  console: string[];
  /** What the page's own Content-Security-Policy forbade. */
  violations: string[];
  /** Go on to another page, and forget what was seen of this one; what was fetched is kept. */
  goOn: (path: string) => Promise<void>;
  close: () => Promise<void>;
}

/** Open a page in a fresh profile and wait until nothing more arrives. */
export async function visit(
  site: Site,
  path: string,
  options: BrowserContextOptions = {},
): Promise<Visit> {
  const started = await browser();
  const context = await started.newContext({ viewport: desktop, colorScheme: 'light', ...options });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  const fetched: string[] = [];
  const foreign: string[] = [];
  const failed: string[] = [];
  const console: string[] = [];
  const violations: string[] = [];
  page.on('request', (request) => {
    const { origin, protocol, href } = new URL(request.url());
    if (protocol !== 'data:' && origin !== new URL(site.url).origin) foreign.push(href);
  });
  page.on('requestfailed', (request) => {
    // a request that ends because the reader goes on is no failure
    const reason = request.failure()?.errorText ?? '';
    if (reason !== 'net::ERR_ABORTED') failed.push(`${request.url()} (${reason})`);
  });
  page.on('response', (response) => {
    const { pathname, protocol } = new URL(response.url());
    if (response.status() >= 400) failed.push(`${pathname} (${response.status()})`);
    else if (protocol !== 'data:') fetched.push(pathname.slice(site.base.length));
  });
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) console.push(message.text());
  });
  page.on('pageerror', (error) => console.push(error.message));
  await page.exposeFunction('forbidden', (what: string) => violations.push(what));
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
      const { forbidden } = globalThis as unknown as { forbidden: (what: string) => void };
      forbidden(`${violatedDirective} ${blockedURI}`);
    });
  });
  const goOn = async (next: string) => {
    for (const list of [fetched, foreign, failed, console, violations]) list.length = 0;
    await page.goto(site.url + next, { waitUntil: 'networkidle' });
  };
  await goOn(path);
  const close = () => context.close();
  return { page, fetched, foreign, failed, console, violations, goOn, close };
}

/** Do work for each item, three at a time, for a page mostly waits; results keep the items' order. */
export async function forEach<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const worker = async () => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all([worker(), worker(), worker()]);
  return results;
}
