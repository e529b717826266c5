import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { select, selectAll } from 'hast-util-select';
import { toString } from 'hast-util-to-string';
import { LinkChecker, LinkState, type LinkResult } from 'linkinator';
import { root } from '../scripts/lib/paths.ts';
import { address, bases, type Base } from './lib/site-build.ts';
import { kinds, pagesOf, readPage } from './lib/site-pages.ts';
import { site } from './lib/site.ts';

interface Crawl {
  links: LinkResult[];
  /** Addresses of the pages whose links were followed. */
  read: Set<string>;
}

const crawls = new Map<Base, Promise<Crawl>>();

/** Follow every link of the site from its home page; other hosts are noted and not asked. */
function crawl(base: Base): Promise<Crawl> {
  const crawled = crawls.get(base) ?? follow(base);
  crawls.set(base, crawled);
  return crawled;
}

async function follow(base: Base): Promise<Crawl> {
  const { url } = await site(base);
  const checker = new LinkChecker();
  const read = new Set<string>();
  // typed as text, and a URL in fact
  checker.on('pagestart', (page) => read.add(String(page)));
  const options = {
    checkCss: true,
    redirects: 'error' as const,
    linksToSkip: (link: string) => Promise.resolve(new URL(link).origin !== new URL(url).origin),
  };
  // one call each: linkinator reads no page that it first met from a start which does not hold it
  const { links } = await checker.check({ ...options, path: url, recurse: true });
  const missing = await checker.check({ ...options, path: `${url}404.html` });
  return { links: [...links, ...missing.links], read };
}

const external = ({ links }: Crawl) =>
  [
    ...new Set(links.filter(({ state }) => state === LinkState.SKIPPED).map(({ url }) => url)),
  ].sort();

for (const base of bases) {
  test(`every link, image and download leads somewhere under ${base}`, async () => {
    const { folder, url } = await site(base);
    const { links, read } = await crawl(base);
    assert.deepEqual(
      pagesOf(folder).filter((page) => !read.has(url + page)),
      [],
      'pages not read',
    );
    const followed = links.filter(({ state }) => state !== LinkState.SKIPPED);
    assert.ok(followed.length > 100, `only ${followed.length} links found`);
    const broken = followed.filter(({ state }) => state === LinkState.BROKEN);
    assert.deepEqual(
      broken.map(({ parent, url, status }) => `${parent} → ${url}: ${status}`),
      [],
    );
  });

  // linkinator looks for an anchor only in pages that it has yet to read
  test(`every anchor leads to an identifier of its page under ${base}`, async () => {
    const { folder, url } = await site(base);
    const pages = pagesOf(folder).map((page) => ({ page, tree: readPage(folder, page) }));
    const ids = new Map(
      pages.map(({ page, tree }) => [
        url + page,
        new Set(selectAll('[id]', tree).map(({ properties }) => String(properties['id']))),
      ]),
    );
    const anchors = pages.flatMap(({ page, tree }) =>
      selectAll('a[href*="#"]', tree).map(({ properties }) => ({
        page,
        to: new URL(String(properties['href']), url + page),
      })),
    );
    const own = anchors.filter(({ to }) => to.href.startsWith(url));
    assert.ok(own.length > 100, `only ${own.length} anchors found`);
    const broken = own.filter(
      ({ to }) => !ids.get(to.href.replace(/#.*/, ''))?.has(decodeURIComponent(to.hash.slice(1))),
    );
    assert.deepEqual(
      broken.map(({ page, to }) => `/${page} → ${to.pathname}${to.hash}`),
      [],
    );
  });

  test(`every page can be reached from the home page under ${base}`, async () => {
    const { folder, url } = await site(base);
    const reached = new Set((await crawl(base)).links.map((link) => link.url.replace(/#.*/, '')));
    const unreached = pagesOf(folder).filter((page) => !reached.has(url + page));
    assert.deepEqual(unreached, []);
  });

  test(`every link to another host is a well-formed https address under ${base}`, async (t) => {
    const urls = external(await crawl(base));
    assert.ok(urls.includes('https://github.com/cncf/toc/issues/1890'));
    assert.ok(urls.includes('https://www.rfc-editor.org/rfc/rfc9728'));
    const odd = urls.filter(
      (url) => !/^https:\/\/([a-z\d-]+\.)+[a-z]{2,}(\/[\w.~%/#?=&:@+-]*)?$/.test(url),
    );
    assert.deepEqual(odd, []);
    t.diagnostic(`not fetched: ${urls.join(' ')}`);
  });
}

test('once the address is set, each page has an edit link to the file it is made from', async () => {
  const { folder } = await site('/repo/');
  const sources = {
    home: 'site/index.mdx',
    paper: 'whitepaper/paper.md',
    pattern: 'patterns/token-authentication/index.md',
    check: 'site/check.md',
    missing: 'site/404.md',
  } as const;
  for (const [kind, source] of Object.entries(sources)) {
    const page = readPage(folder, kinds[kind as keyof typeof sources]);
    const edit = selectAll('footer a', page).filter((link) => toString(link) === 'Edit this page');
    assert.deepEqual(
      edit.map(({ properties }) => properties['href']),
      [`${address}/edit/main/${source}`],
    );
  }
});

test('once the address is set, every link to the code host leads to a file that exists', async () => {
  const own = external(await crawl('/repo/')).filter((url) => url.startsWith(`${address}/`));
  const files = own.filter((url) => /^\/(edit|blob)\/main\//.test(url.slice(address.length)));
  assert.ok(files.length >= 5, `only ${files.length} links to files`);
  const absent = files.filter(
    (url) => !existsSync(join(root, url.slice(`${address}/edit/main/`.length))),
  );
  assert.deepEqual(absent, []);
  assert.deepEqual(
    own.filter((url) => !files.includes(url)),
    [`${address}/issues/new`],
  );
});

test('until the address is set, a page names its source file and links to no code host', async () => {
  const { folder } = await site('/');
  const edits = pagesOf(folder).filter((page) =>
    /\/(edit|blob)\/main\//.test(JSON.stringify(selectAll('footer a', readPage(folder, page)))),
  );
  assert.deepEqual(edits, []);
  const foot = select('footer', readPage(folder, kinds.paper));
  assert.match(toString(foot ?? { type: 'root', children: [] }), /Source: whitepaper\/paper\.md/);
});
