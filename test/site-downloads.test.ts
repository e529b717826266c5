import assert from 'node:assert/strict';
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { test } from 'node:test';
import { select, selectAll } from 'hast-util-select';
import { toString } from 'hast-util-to-string';
import { run } from '../scripts/lib/children.ts';
import { root } from '../scripts/lib/paths.ts';
import { buildYaml } from './lib/manifests.ts';
import { bases } from './lib/site-build.ts';
import { kinds, pagesOf, readPage } from './lib/site-pages.ts';
import { site } from './lib/site.ts';

/** Where the links of a page lead that a selector names. */
const linksOf = (folder: string, page: string, selector: string) =>
  selectAll(selector, readPage(folder, page)).map(({ properties }) => String(properties['href']));

/** The patterns, each with its page and its manifests. */
const patterns = globSync('patterns/*/index.md', { cwd: root })
  .map((file) => posix.basename(posix.dirname(file.replaceAll('\\', '/'))))
  .sort();

test('every pattern has manifests to download', () => {
  assert.ok(patterns.length >= 3);
  for (const id of patterns) {
    assert.ok(existsSync(join(root, 'manifests', id, 'pattern')), `manifests/${id}/pattern`);
  }
});

for (const base of bases) {
  test(`every manifest of a pattern can be downloaded, byte for byte, under ${base}`, async () => {
    const { folder, url } = await site(base);
    for (const id of patterns) {
      const links = linksOf(folder, `patterns/${id}/`, 'a[download]');
      const offered = links.map((link) => link.slice(base.length));
      const files = globSync(`manifests/${id}/**/*.yaml`, { cwd: root });
      assert.ok(files.length > 15, `${id}: only ${files.length} manifests`);
      const missing = files.filter((file) => !offered.includes(file.replaceAll('\\', '/')));
      assert.deepEqual(missing, []);
      for (const path of offered.filter((each) => !each.endsWith('.tar'))) {
        const answer = await fetch(new URL(path, url));
        assert.equal(answer.status, 200, path);
        const bytes = Buffer.from(await answer.arrayBuffer());
        assert.ok(bytes.equals(readFileSync(join(root, path))), `${path} is not the file`);
      }
    }
  });

  test(`the archive of each pattern builds in a reader's folder, and holds each file byte for byte, under ${base}`, async (t) => {
    const { folder, url } = await site(base);
    const parent = mkdtempSync(join(tmpdir(), 'archive-'));
    t.after(() => rmSync(parent, { recursive: true }));
    for (const id of patterns) {
      const bench = join(parent, id);
      mkdirSync(bench);
      const links = linksOf(folder, `patterns/${id}/`, 'a[download]');
      const page = links.find((link) => link.endsWith('.tar'));
      const answer = await fetch(new URL(page ?? 'none', url));
      assert.equal(answer.status, 200, id);
      const archive = join(bench, 'it.tar');
      writeFileSync(archive, Buffer.from(await answer.arrayBuffer()));
      const { code, stdout } = await run('tar', ['-xvf', archive, '-C', bench]);
      assert.equal(code, 0);
      const files = stdout.trim().split('\n');
      assert.ok(files.length > 10, stdout);
      for (const file of files) {
        assert.ok(readFileSync(join(bench, file)).equals(readFileSync(join(root, file))), file);
      }
      const built = await buildYaml(join(bench, 'manifests', id));
      assert.equal(built, await buildYaml(join(root, 'manifests', id)));
    }
    const bench = join(parent, 'token-authentication');
    const own = join(root, 'test/readers/own');
    for (const name of ['kustomization.yaml', 'settings.yaml', 'server.yaml']) {
      const text = readFileSync(join(own, name), 'utf8').replace('../../../manifests', 'manifests');
      writeFileSync(join(bench, name), text);
    }
    assert.equal(await buildYaml(bench), await buildYaml(own));
  });

  test(`the paper links its PDF under ${base}`, async () => {
    const { folder, url } = await site(base);
    const [link] = linksOf(folder, kinds.paper, 'main a[href$=".pdf"]');
    assert.ok(link, 'no link to a PDF');
    const answer = await fetch(new URL(link, url));
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get('content-type'), 'application/pdf');
    const bytes = Buffer.from(await answer.arrayBuffer());
    assert.equal(bytes.subarray(0, 5).toString(), '%PDF-');
    assert.ok(bytes.length > 50_000, `${bytes.length} bytes are no paper`);
  });
}

test('llms.txt lists a Markdown twin of every page, each with the text of its page', async () => {
  const { folder } = await site('/');
  const index = readFileSync(join(folder, 'llms.txt'), 'utf8');
  assert.match(index, /^# MCP Security Framework\n\n> A whitepaper and reference patterns /);
  const twins = [...index.matchAll(/^- \[.+\]\((\S+\.md)\): \S/gm)].map(([, twin = '']) => twin);
  const named = pagesOf(folder).filter((page) => !page.endsWith('.html'));
  assert.deepEqual(twins.sort(), named.map((page) => `${page}index.md`).sort());
  for (const twin of twins) {
    const markdown = readFileSync(join(folder, twin), 'utf8');
    const h1 = select('h1', readPage(folder, twin.replace('index.md', '')));
    assert.ok(h1 && markdown.includes(`# ${toString(h1).trim()}`), `${twin} lacks its heading`);
    const links = [...markdown.matchAll(/\]\((?!https:|#)([^)#]+)/g)].map(([, to = '']) => to);
    const broken = links.filter(
      (to) => !existsSync(join(folder, posix.dirname(twin), decodeURI(to))),
    );
    assert.deepEqual(broken, [], twin);
  }
});

test('the licence of each typeface is published beside it', async () => {
  const { folder } = await site('/');
  for (const family of ['source-serif-4', 'source-code-pro']) {
    assert.match(
      readFileSync(join(folder, 'licences', `${family}.txt`), 'utf8'),
      /SIL OPEN FONT LICENSE/i,
    );
  }
  assert.equal(globSync('_astro/fonts/*.woff2', { cwd: folder }).length, 2);
});
