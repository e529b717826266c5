import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { run } from '../scripts/lib/children.ts';
import { root } from '../scripts/lib/paths.ts';

mkdirSync(join(root, '.cache'), { recursive: true });
const folder = mkdtempSync(join(root, '.cache', 'astro-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

const workarounds = join(root, 'site', 'workarounds');
write('package.json', '{"type":"module","dependencies":{"astro":"*"}}');
write(
  'astro.config.mjs',
  `import { readFileSync } from 'node:fs';
import { unified } from '@astrojs/markdown-remark';
const include = () => (tree) => {
  const text = readFileSync('included.txt', 'utf8');
  if (text === 'broken') throw new Error('the include is broken');
  tree.children.push({ type: 'paragraph', children: [{ type: 'text', value: text }] });
};
export default { markdown: { processor: unified({ remarkPlugins: [include] }) } };
`,
);
write(
  'src/content.config.ts',
  `import { defineCollection } from 'astro/content/config';
import { glob } from 'astro/loaders';
import { renderAnew } from '${workarounds}/astro-13028-stale-includes.ts';
import { failOnEmptyPages } from '${workarounds}/astro-18054-failed-page-exits-0.ts';
const pages = glob({ base: './pages', pattern: '*.md' });
const { MENDED } = process.env;
export const collections = {
  pages: defineCollection({ loader: MENDED ? failOnEmptyPages(renderAnew(pages)) : pages }),
};
`,
);
write(
  'src/pages/[id].astro',
  `---
import { getCollection, render } from 'astro:content';
export async function getStaticPaths() {
  return (await getCollection('pages')).map((page) => ({ params: { id: page.id }, props: { page } }));
}
const { Content } = await render(Astro.props.page);
---
<main><Content /></main>
`,
);
write('pages/one.md', 'Words of the page.\n');

/** Build the fixture and return the exit code with the page, if there is one. */
async function build(included: string, mended: boolean): Promise<{ code: number; page: string }> {
  write('included.txt', included);
  rmSync(join(folder, 'dist'), { recursive: true, force: true });
  const astro = join(root, 'node_modules', 'astro', 'bin', 'astro.mjs');
  const { code } = await run(process.execPath, [astro, 'build'], {
    cwd: folder,
    env: { ...process.env, MENDED: mended ? '1' : '', ASTRO_TELEMETRY_DISABLED: '1' },
  });
  const page = join(folder, 'dist', 'one', 'index.html');
  return { code, page: existsSync(page) ? readFileSync(page, 'utf8') : '' };
}

test('Astro still exits 0 with an empty page when one fails (withastro/astro#18054)', async () => {
  const { code, page } = await build('broken', false);
  assert.equal(code, 0, 'mended upstream: remove the work-around');
  assert.doesNotMatch(page, /Words of the page/);
});

test('a page that fails to render ends the build', async () => {
  const { code } = await build('broken', true);
  assert.notEqual(code, 0);
});

test('Astro still reuses a page whose include has changed (withastro/astro#13028)', async () => {
  rmSync(join(folder, 'node_modules', '.astro'), { recursive: true, force: true });
  await build('the first text', false);
  const { code, page } = await build('the second text', false);
  assert.equal(code, 0);
  assert.match(page, /the first text/, 'mended upstream: remove the work-around');
});

test('a changed include reaches the page', async () => {
  const { code, page } = await build('the third text', true);
  assert.equal(code, 0);
  assert.match(page, /the third text/);
});
