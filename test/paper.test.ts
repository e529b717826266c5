import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Root } from 'mdast';
import { visit } from 'unist-util-visit';
import { buildPdf } from '../scripts/pdf.ts';
import { root } from '../scripts/lib/paths.ts';
import { expand } from '../whitepaper/text/expand.ts';
import { parseMarkdown } from '../whitepaper/text/markdown.ts';
import { openPdf, readPdf, readWeb, source, squeeze, structure } from './paper-text.ts';

const folder = mkdtempSync(join(tmpdir(), 'paper-'));
let bytes: Buffer;

before(() => {
  buildPdf({ out: join(folder, 'paper.pdf') });
  bytes = readFileSync(join(folder, 'paper.pdf'));
});
after(() => rmSync(folder, { recursive: true }));

const open = () => openPdf(bytes);

/** The headings of the source, numbered as a reader counts them. */
function headings(): string[] {
  let [section, subsection] = [0, 0];
  return [...source().body.matchAll(/^(##|###) (.+)$/gm)].map(([, marks, title]) => {
    if (marks === '##') [section, subsection] = [section + 1, 0];
    else subsection += 1;
    return marks === '##' ? `${section} ${title}` : `${section}.${subsection} ${title}`;
  });
}

test('the web page and the PDF hold the same text, word by word', async () => {
  const web = await readWeb();
  const pdf = await readPdf(bytes);
  assert.ok(web.text.length > 20_000);
  same(web.text, pdf.text);
  same(web.notes, pdf.notes);
});

/** Compare two texts and show the place where they part. */
function same(web: string, pdf: string): void {
  const [one, other] = [squeeze(web), squeeze(pdf)];
  const at = [...one].findIndex((character, index) => other[index] !== character);
  const from = at < 0 ? Math.min(one.length, other.length) - 40 : Math.max(0, at - 40);
  assert.equal(other.slice(from, from + 120), one.slice(from, from + 120), 'web and PDF part here');
  assert.equal(other.length, one.length);
}

test('two builds of the PDF give the same bytes', () => {
  buildPdf({ out: join(folder, 'again.pdf') });
  assert.ok(readFileSync(join(folder, 'again.pdf')).equals(bytes));
});

test('the PDF has at most ten pages', async () => {
  const { numPages } = await open();
  assert.ok(numPages >= 5 && numPages <= 10, `${numPages} pages`);
});

test('the PDF declares its title, its language, its release date and PDF/UA-1', async () => {
  const { info, metadata } = await (await open()).getMetadata();
  const [, released = ''] = /\*\*Release Version\*\*: .+ \((.+)\)/.exec(source().body) ?? [];
  const date = new Date(`${released} UTC`).toISOString().slice(0, 10).replaceAll('-', '');
  assert.equal((info as Record<string, unknown>)['CreationDate'], `D:${date}000000Z`);
  assert.equal(
    (info as Record<string, unknown>)['Title'],
    'MCP Security Framework: Authorization Considerations for Cloud-Native AI Systems',
  );
  assert.equal((info as Record<string, unknown>)['Language'], 'en-GB');
  assert.match((metadata as unknown as { getRaw(): string }).getRaw(), /<pdfuaid:part>1</);
});

test('the outline of the PDF is the headings of the paper', async () => {
  const outline = await (await open()).getOutline();
  const titles = outline.flatMap(({ title, items }) => [
    title,
    ...items.map((item: { title: string }) => item.title),
  ]);
  assert.ok(titles.length >= 20);
  assert.deepEqual(titles, headings());
});

test('every drawing of the PDF has a text alternative', async () => {
  const document = await open();
  const figures = [];
  for (let page = 1; page <= document.numPages; page += 1) {
    const elements = await structure(await document.getPage(page));
    figures.push(...elements.filter(({ node }) => node.role === 'Figure'));
  }
  assert.equal(figures.length, 2);
  for (const { node } of figures) assert.ok((node.alt ?? '').length > 100);
});

test('the matrix of the PDF is a table with its head', async () => {
  const elements = await structure(await (await open()).getPage(1));
  const count = (role: string) => elements.filter(({ node }) => node.role === role).length;
  assert.deepEqual([count('Table'), count('THead')], [1, 1]);
  assert.ok(count('TH') >= 6 && count('TD') >= 12);
  const { matrix } = await readPdf(bytes);
  assert.match(squeeze(matrix), /^WorksonRefusedbyAttackgroup/);
});

test('every font of the PDF is embedded, and only the two families are used', async () => {
  const document = await open();
  const fonts = new Map<string, boolean>();
  for (let number = 1; number <= document.numPages; number += 1) {
    const page = await document.getPage(number);
    await page.getOperatorList();
    const { items } = await page.getTextContent();
    for (const id of new Set(items.map((item) => ('fontName' in item ? item.fontName : '')))) {
      if (id === '') continue;
      const { name, missingFile } = page.commonObjs.get(id) as {
        name: string;
        missingFile: boolean;
      };
      fonts.set(name.replace(/^[A-Z]{6}\+/, ''), missingFile !== true);
    }
  }
  assert.deepEqual([...fonts.keys()].sort(), [
    'SourceCodePro-Regular',
    'SourceSerif4-Italic',
    'SourceSerif4-Regular',
    'SourceSerif4-SemiBold',
  ]);
  assert.ok([...fonts.values()].every(Boolean));
});

test('every recommendation of the web page has its own address and its proof', async () => {
  const { html } = await readWeb();
  const ids = [...html.matchAll(/<div class="recommendation" id="(R-\d\d)">/g)].map(([, id]) => id);
  assert.ok(ids.length >= 25);
  assert.deepEqual(ids.slice(0, 3), ['R-01', 'R-02', 'R-03']);
  for (const id of ids) assert.ok(html.includes(`<a class="id" href="#${id}">${id}</a>`));
  assert.equal(html.match(/<p class="proof">/g)?.length, ids.length);
  assert.match(html, /<a href="\/attacks\/token-audience\/" class="verdict refused">/);
});

test('what the paper cannot resolve ends the build with its line', () => {
  for (const [markdown, reason] of [
    ['A claim. [@rfc0000]', 'whitepaper/catalog/references.yaml has no "@rfc0000"'],
    ['Of {{atacks}} attacks.', 'no number is called "atacks"'],
    ['Of {{attacks} attacks.', 'cannot read the mark in "Of {{attacks} attacks."'],
    [
      '[R-99](catalog/recommendations.yaml)',
      'whitepaper/catalog/recommendations.yaml has no "R-99"',
    ],
  ]) {
    const tree = parseMarkdown(`First.\n\n${markdown}\n`);
    const fail = (text: string, node: { position?: { start: { line: number } } }): never => {
      throw new Error(`${node.position?.start.line}: ${text}`);
    };
    assert.throws(() => expand(tree, root, fail), { message: `3: ${reason}` });
  }
});

test('a citation becomes a note that names source, title and place', () => {
  const tree = expanded('A. [@rfc8707, §2]\n\nB. [@rfc8707, §2; @rfc9449]\n\nC. [@rfc8707, §2]\n');
  const references: string[] = [];
  visit(tree, 'footnoteReference', ({ identifier }) => void references.push(identifier));
  assert.deepEqual(references, ['1', '2', '1']);
  const notes = tree.children.filter(({ type }) => type === 'footnoteDefinition');
  assert.deepEqual(notes.map(words), [
    'RFC 8707, Resource Indicators for OAuth 2.0, §2.',
    'RFC 8707, Resource Indicators for OAuth 2.0, §2; RFC 9449, DPoP.',
  ]);
});

function expanded(markdown: string): Root {
  const tree = parseMarkdown(markdown);
  expand(tree, root, (reason) => {
    throw new Error(reason);
  });
  return tree;
}

function words(node: Root['children'][number]): string {
  let text = '';
  visit(node, 'text', ({ value }) => void (text += value));
  return text;
}
