import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after } from 'node:test';
import { chromium as playwright, type Browser } from 'playwright';
import sirv from 'sirv';
import { chromium } from '../../scripts/tools/chromium.ts';
import { builtSite, type Base } from './site-build.ts';

/** A built site and where it is served. */
export interface Site {
  base: Base;
  folder: string;
  /** Address of the home page, with the base path. */
  url: string;
  close: () => Promise<void>;
}

const sites = new Map<Base, Promise<Site>>();
let started: Promise<Browser> | undefined;
after(async () => {
  // what did not start has failed its test already
  for (const one of await Promise.allSettled([...sites.values(), started])) {
    if (one.status === 'fulfilled') await one.value?.close();
  }
});

/** Build and serve a site when a test first asks for it, until the file's tests have ended. */
export function site(base: Base): Promise<Site> {
  const served = sites.get(base) ?? serve(base);
  sites.set(base, served);
  return served;
}

/** Start a Chromium without a window when a test first asks, until the file's tests have ended. */
export function browser(): Promise<Browser> {
  return (started ??= chromium().then((executablePath) => playwright.launch({ executablePath })));
}

/**
 * Serve on loopback as a plain host does: nothing outside the base path, no guessed slash or
 * extension, and the 404 page with status 404 for every other address.
 */
async function serve(base: Base): Promise<Site> {
  const folder = await builtSite(base);
  const files = sirv(folder);
  const notFound = readFileSync(join(folder, '404.html'));
  const server = createServer((request, response) => {
    const refuse = () => {
      response.writeHead(404, { 'content-type': 'text/html; charset=utf-8' }).end(notFound);
    };
    const { pathname } = new URL(request.url ?? '/', 'http://site');
    if (!pathname.startsWith(base) || !/\/$|\.\w+$/.test(pathname)) return refuse();
    request.url = pathname.slice(base.length - 1);
    files(request, response, refuse);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((closed) => {
      server.close(() => closed());
      server.closeAllConnections();
    });
  return { base, folder, url: `http://127.0.0.1:${port}${base}`, close };
}
