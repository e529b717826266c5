import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import rehypeParse from 'rehype-parse';
import { createHighlighter } from 'shiki';
import { unified } from 'unified';
import { whatFailed } from '../scripts/build-site.ts';
import { rename } from '../scripts/fonts.ts';
import { purgeStyles } from '../scripts/site-styles.ts';
import { trim } from '../scripts/site-trim.ts';
import { secure } from '../scripts/site-csp.ts';
import { markdownOf, writeTwins } from '../scripts/site-llms.ts';
import { codeTheme } from '../site/code-theme.ts';
import { lastRun } from '../site/data/last-run.ts';
import { withoutTimeLimit } from '../site/workarounds/shiki-588-time-limit.ts';

const folder = mkdtempSync(join(tmpdir(), 'site-build-'));
after(() => rmSync(folder, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}
const read = (path: string): string => readFileSync(join(folder, path), 'utf8');

const page = (body: string): string =>
  '<!DOCTYPE html><html><head><meta charset="utf-8"><link rel="stylesheet" href="/repo/_astro/a.css">' +
  `<meta name="description" content="About it."></head><body>${body}</body></html>`;

test('a secured page has no inline style, and each inline script by its hash', async () => {
  write('_astro/ec.css', ".c span[style^='--']:not([class]){color:var(--0)}");
  write(
    'index.html',
    page(
      '<style>p{color:red}</style><b style="--0:#111">x</b><i class="k" style="--0:#111">y</i>' +
        '<script>go()</script><script src="/repo/_astro/x.js"></script>',
    ),
  );
  await secure(folder);
  const html = read('index.html');
  assert.doesNotMatch(html, /\sstyle=|<style/);
  const sheet = /href="(\/repo\/_astro\/inline\.[0-9a-f]{8}\.css)"/.exec(html)?.[1];
  assert.ok(sheet !== undefined, 'no sheet of moved styles');
  const css = read(sheet.replace('/repo/', ''));
  const name = /<b class="(i-\w+)">/.exec(html)?.[1];
  assert.match(css, /p\{color:red\}/);
  assert.ok(css.includes(`.${name}{--0:#111}`));
  assert.ok(html.includes(`<i class="${name} k">`));
  assert.equal(read('_astro/ec.css'), '.c span[class^=i-]{color:var(--0)}');
  // printf 'go()' | openssl dgst -sha256 -binary | base64
  const hash = "'sha256-5KYv+PUboo5h+0+YAtGRPbwv5d/QxzHslP4YGnUaxRw='";
  for (const policy of [/content="([^"]*default-src[^"]*)"/.exec(html)?.[1], read('_headers')]) {
    assert.ok(policy?.includes(`script-src 'self' 'wasm-unsafe-eval' ${hash}`), policy);
    assert.ok(policy?.includes("style-src 'self';"));
    assert.ok(!policy?.includes('unsafe-inline'));
  }
  assert.match(read('_headers'), /frame-ancestors 'none'/);
});

test('a folder without a page cannot be secured', async () => {
  mkdirSync(join(folder, 'empty'));
  await assert.rejects(secure(join(folder, 'empty')), { message: /no page to secure/ });
});

test('code keeps only the spans that colour it, and a block can be scrolled by keyboard', () => {
  const html =
    '<script type="module" src="/_astro/ec.1.js"></script><pre data-language="ts">' +
    '<span style="--0:#1B1E23;--1:#E7E9EC">name</span><span style="--0:#1F4E9E;--1:#9BBCF2">if</span></pre>';
  assert.equal(
    trim(html),
    '<pre tabindex="0" data-language="ts">name<span style="--0:#1F4E9E;--1:#9BBCF2">if</span></pre>',
  );
});

test('a heading has a sign beside it, not a drawing', () => {
  assert.equal(
    trim('<span aria-hidden="true" class="sl-anchor-icon"><svg><path d="m1"/></svg></span>'),
    '<span aria-hidden="true" class="sl-anchor-icon">#</span>',
  );
});

test('a style sheet keeps what a page or a script uses, and nothing else', async () => {
  write('purge/index.html', page('<main><p class="a">One</p></main>'));
  write('purge/_astro/page.js', "document.body.classList.add('b')");
  const used = [
    ...['.a{color:red}', '.b{color:red}', "[data-theme='light'] .a{color:red}"],
    ':focus-visible{color:red}',
    '.a{&:hover{color:red}& + &{color:red}& :is(p,main){color:red}}',
  ];
  const unused = ['.c{color:red}', '.c:hover{color:red}', '.c{&:hover{color:red}}'];
  write('purge/_astro/page.css', [...used, ...unused].join(''));
  await purgeStyles(join(folder, 'purge'));
  assert.equal(read('purge/_astro/page.css'), used.join(''));
});

test('a style sheet keeps a property that another one or a page reads, and no other', async () => {
  write('properties/index.html', page('<main class="a" style="top:var(--of-page)">One</main>'));
  write('properties/_astro/page.css', '.a{color:var(--of-sheet,red)}');
  const wanted = '--of-page:1px;--of-sheet:var(--beneath);--beneath:red';
  const unread = '--of-nobody:var(--beneath-nobody);--beneath-nobody:url("data:a;b")';
  write('properties/_astro/all.css', `:root{${wanted};${unread}}`);
  await purgeStyles(join(folder, 'properties'));
  assert.equal(read('properties/_astro/all.css'), `:root{${wanted}}`);
});

test('the Markdown twin of a page has its code as code and its links relative', async () => {
  const html = page(
    '<main><h1>One</h1><p>See <a href="/repo/paper/#scope">the paper</a>.</p>' +
      '<img class="light-only" src="/repo/diagrams/a.svg" alt="A leads to B."><img class="dark-only" src="b.svg">' +
      '<div class="expressive-code"><figure><figcaption><span class="title">a.yaml</span></figcaption>' +
      '<pre data-language="yaml"><code><div class="ec-line">kind: A</div><div class="ec-line">  b: 1</div></code></pre>' +
      '</figure></div><button>Copy</button><footer>Foot</footer></main>',
  );
  const tree = unified().use(rehypeParse).parse(html);
  assert.equal(
    await markdownOf(tree, '/repo/', 'patterns/one/index.md'),
    '# One\n\nSee [the paper](../../paper/index.md#scope).\n\n![A leads to B.](../../diagrams/a.svg)\n\n' +
      'a.yaml\n\n```yaml\nkind: A\n  b: 1\n```\n',
  );
});

test('llms.txt lists every page, home first, by relative address', async () => {
  write('twins/index.html', page('<main><h1>Home</h1></main>'));
  write('twins/paper/index.html', page('<main><h1>Paper</h1></main>'));
  await writeTwins({ base: '/repo/', outDir: join(folder, 'twins') });
  assert.equal(
    read('twins/llms.txt'),
    '# MCP Security Framework\n\n> About it.\n\n## Pages\n\n- [Home](index.md): About it.\n' +
      '- [Paper](paper/index.md): About it.\n',
  );
  assert.ok(existsSync(join(folder, 'twins', 'paper', 'index.md')));
});

test('a failed build says every place to mend, and nothing else', () => {
  const output = `12:00:01 [ERROR] [glob-loader] Error rendering patterns/a/index.md: patterns/a/index.md:7: no file x.ts
12:00:01 [ERROR] [glob-loader] Error rendering whitepaper/paper.md: whitepaper/paper.md:9: no region "y" in z
patterns/a/index.md: the page patterns/a was not rendered
  Stack trace:
    at load (/repo/node_modules/astro/dist/x.js:1:2)`;
  assert.equal(
    whatFailed(output),
    'patterns/a/index.md:7: no file x.ts\nwhitepaper/paper.md:9: no region "y" in z',
  );
  assert.equal(whatFailed('building\nTypeError: boom\n  at x'), 'site: TypeError: boom');
});

test('a renamed font keeps its length and its copyright notice', () => {
  // one `name` table: 12 bytes of header, one table record, id 0 and id 1, each "Source"
  const font = Buffer.alloc(28 + 6 + 24 + 24);
  font.writeUInt16BE(1, 4);
  font.write('name', 12, 'latin1');
  font.writeUInt32BE(28, 20);
  font.writeUInt16BE(2, 30);
  font.writeUInt16BE(30, 32);
  for (const [record, id] of [0, 1].entries()) {
    font.writeUInt16BE(id, 34 + record * 12 + 6);
    font.writeUInt16BE(12, 34 + record * 12 + 8);
    font.writeUInt16BE(record * 12, 34 + record * 12 + 10);
    Buffer.from('Source', 'utf16le')
      .swap16()
      .copy(font, 58 + record * 12);
  }
  const renamed = rename(font);
  const text = (at: number): string =>
    Buffer.from(renamed.subarray(at, at + 12))
      .swap16()
      .toString('utf16le');
  assert.equal(renamed.length, font.length);
  assert.deepEqual([text(58), text(70)], ['Source', 'Subset']);
});

test('a page tells how long ago the attacks ran here', () => {
  write('run.json', '{"at":"2026-11-24T08:00:00.000Z","cases":3}');
  const at = (time: string): string => lastRun(Date.parse(time), join(folder, 'run.json'));
  assert.equal(at('2026-11-24T08:12:00Z'), 'Re-run here, 12 minutes before this page was built.');
  assert.equal(at('2026-11-26T09:00:00Z'), 'Re-run here, 2 days before this page was built.');
  assert.equal(lastRun(0, join(folder, 'none.json')), 'Not re-run here yet.');
});

test('Shiki still stops colouring a line after half a second (shikijs/shiki#588)', async (context) => {
  const theme = codeTheme('light');
  const shiki = await createHighlighter({ themes: [theme], langs: ['ts'] });
  let time = 0;
  context.mock.method(Date, 'now', () => (time += 1000));
  const tokens = (options: object): number =>
    shiki.codeToTokensBase('if (a) b();', { lang: 'ts', theme, ...options }).flat().length;
  assert.equal(tokens({}), 1, 'mended upstream: remove the work-around');
  const options = {};
  withoutTimeLimit.preprocess('', options);
  assert.ok(tokens(options) > 4);
});
