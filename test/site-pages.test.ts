import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Root, RootContent } from 'hast';
import { selectAll } from 'hast-util-select';
import { toString } from 'hast-util-to-string';
import { characters } from '../scripts/fonts.ts';
import { pagesOf, readPage } from './lib/site-pages.ts';
import { site } from './lib/site.ts';

/** Read every page of the site at the root. */
async function pages(): Promise<{ page: string; tree: Root }[]> {
  const { folder } = await site('/');
  return pagesOf(folder).map((page) => ({ page, tree: readPage(folder, page) }));
}

const text = (tree: Root, selector: string) =>
  selectAll(selector, tree).map((element) => toString(element).trim());
const attribute = (tree: Root, selector: string, name: string) =>
  selectAll(selector, tree).map(({ properties }) => String(properties[name] ?? ''));

test('every page has a language, a title, a description and one h1, and shares them with no other', async () => {
  const titles: string[] = [];
  const descriptions: string[] = [];
  for (const { page, tree } of await pages()) {
    assert.deepEqual(attribute(tree, 'html', 'lang'), ['en'], `/${page}: lang`);
    const [title = ''] = text(tree, 'head > title');
    const [description = ''] = attribute(tree, 'meta[name=description]', 'content');
    assert.match(
      title,
      /^\S.* \| MCP Security Framework$|^MCP Security Framework$/,
      `/${page}: title`,
    );
    assert.match(description, /^\S.{30,}\.$/, `/${page}: description`);
    const headings = text(tree, 'h1');
    assert.equal(headings.length, 1, `/${page} has ${headings.length} h1`);
    assert.notEqual(headings[0], '', `/${page}: the h1 is empty`);
    titles.push(title);
    descriptions.push(description);
  }
  assert.equal(
    new Set(titles).size,
    titles.length,
    `two pages share a title: ${titles.join('; ')}`,
  );
  assert.equal(new Set(descriptions).size, descriptions.length, 'two pages share a description');
});

test('no identifier stands twice on a page, so that an anchor leads to one place', async () => {
  for (const { page, tree } of await pages()) {
    const ids = attribute(tree, '[id]', 'id');
    assert.ok(ids.length > 0, `/${page} has no anchor`);
    const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
    assert.deepEqual(twice, [], `/${page}`);
  }
});

test('every page states a policy that allows no inline style, no inline script but those hashed', async () => {
  const hash = "'sha256-[A-Za-z0-9+/]{43}='";
  const policy = new RegExp(
    "^default-src 'none'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
      `style-src 'self'; script-src 'self' 'wasm-unsafe-eval'( ${hash})+; ` +
      "worker-src 'self'; base-uri 'none'; form-action 'none'$",
  );
  for (const { page, tree } of await pages()) {
    const policies = attribute(tree, 'head > meta[http-equiv=Content-Security-Policy]', 'content');
    assert.equal(policies.length, 1, `/${page} has ${policies.length} policies`);
    assert.match(policies[0] ?? '', policy, `/${page}`);
  }
});

test('hosts that read _headers are told the same policy and that nobody may frame a page', async () => {
  const { folder } = await site('/');
  const headers = readFileSync(join(folder, '_headers'), 'utf8');
  assert.match(
    headers,
    /Content-Security-Policy: default-src 'none'; .*; frame-ancestors 'none'\n/,
  );
  assert.doesNotMatch(headers, /unsafe-inline|\*;|http:/);
  for (const { page, tree } of await pages()) {
    const [policy = ''] = attribute(tree, 'meta[http-equiv=Content-Security-Policy]', 'content');
    const hashes = policy.match(/'sha256-[^']+'/g) ?? [];
    assert.ok(hashes.length > 0, `/${page} has no script of its own`);
    for (const hash of hashes)
      assert.ok(headers.includes(hash), `_headers lacks ${hash} of /${page}`);
  }
});

test('no page shows what a template left over', async () => {
  const prose = ['p', 'li', 'td', 'th', 'dd', 'h1', 'h2', 'h3', 'figcaption', 'summary'];
  for (const { page, tree } of await pages()) {
    const said = text(tree, prose.map((name) => `main ${name}`).join(', ')).join('\n');
    assert.ok(said.length > 80, `/${page} says next to nothing`);
    const left = said.match(/\[object \w+|\bundefined\b|\bNaN\b|<!--|\{\{.*/g) ?? [];
    assert.deepEqual(left, [], `/${page}`);
  }
});

test('each typeface has a fallback of the same measures, so that text does not move', async () => {
  const { folder } = await site('/');
  const sheets = globSync('_astro/*.css', { cwd: folder }).map((name) =>
    readFileSync(join(folder, name), 'utf8'),
  );
  const faces = sheets.join('').match(/@font-face\s*\{[^}]*\}/g) ?? [];
  const fallbacks = faces.filter((face) => /src:\s*local\(/.test(face));
  const own = faces.filter((face) => /src:\s*url\("?\/_astro\/fonts\//.test(face));
  assert.equal(new Set(own.map((face) => /url\("?([^")]+)/.exec(face)?.[1])).size, 2);
  assert.equal(own.length + fallbacks.length, faces.length);
  assert.ok(fallbacks.length >= 2);
  for (const face of fallbacks) assert.match(face, /size-adjust:.*ascent-override:/s);
  for (const face of faces) assert.match(face, /font-display:\s*swap/);
});

/** Return the text below a node in each of the two typefaces. */
function texts(node: Root | RootContent, face: 'serif' | 'code' = 'serif'): Record<string, string> {
  if (node.type === 'text') return { [face]: node.value };
  if (!('children' in node)) return {};
  const name = node.type === 'element' ? node.tagName : '';
  if (['script', 'style', 'head'].includes(name)) return {};
  const below = ['code', 'pre', 'kbd'].includes(name) ? 'code' : face;
  const parts = node.children.map((child) => texts(child, below));
  const join = (of: string) => parts.map((part) => part[of] ?? '').join('');
  return { serif: join('serif'), code: join('code') };
}

test('every character of every page is in the typeface that shows it', async () => {
  const absent = new Set<string>();
  for (const { page, tree } of await pages()) {
    const shown = texts(tree);
    assert.ok((shown['serif']?.length ?? 0) > 100, `/${page} has no text`);
    for (const face of ['serif', 'code'] as const) {
      for (const character of shown[face]?.replace(/\s/g, '') ?? '') {
        if (characters[face].includes(character)) continue;
        absent.add(`${character} in the ${face} of /${page}`);
      }
    }
  }
  assert.deepEqual([...absent], []);
});
