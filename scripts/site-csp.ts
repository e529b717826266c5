import { createHash } from 'node:crypto';
import { globSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { trim } from './site-trim.ts';

const hash = (text: string): string => createHash('sha256').update(text).digest('base64');

/** What every page allows; scripts in the page itself are added by their hash. */
const policy = (scripts: readonly string[]): string =>
  [
    "default-src 'none'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "style-src 'self'",
    ["script-src 'self' 'wasm-unsafe-eval'", ...scripts.map((one) => `'sha256-${one}'`)].join(' '),
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');

/**
 * Give every page of a built site a policy without `unsafe-inline`: inline styles move to a file,
 * inline scripts are named by their hash. Astro's own `security.csp` does not hash the scripts that
 * Starlight marks `is:inline` (withastro/astro#16678).
 */
export async function secure(folder: string): Promise<void> {
  const rules = new Map<string, string>();
  const sheets = new Set<string>();
  const scripts = new Set<string>();
  const pages = globSync('**/*.html', { cwd: folder }).sort();
  if (pages.length === 0) throw new Error(`${folder}: no page to secure`);
  const texts = new Map<string, string>();
  for (const page of pages) {
    const html = await readFile(join(folder, page), 'utf8');
    texts.set(page, moveStyles(trim(html), rules, sheets));
  }
  const css = [...sheets, ...[...rules].map(([style, name]) => `.${name}{${style}}`)].join('\n');
  const name = `inline.${createHash('sha256').update(css).digest('hex').slice(0, 8)}.css`;
  await writeFile(join(folder, '_astro', name), `${css}\n`);
  for (const [page, html] of texts) {
    const own = inlineScripts(html).map(hash);
    own.forEach((one) => scripts.add(one));
    await writeFile(join(folder, page), head(html, name, own));
  }
  for (const sheet of globSync('_astro/*.css', { cwd: folder })) {
    const path = join(folder, sheet);
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replaceAll("span[style^='--']:not([class])", 'span[class^=i-]'));
  }
  const headers = [
    `Content-Security-Policy: ${policy([...scripts].sort())}; frame-ancestors 'none'`,
    'X-Content-Type-Options: nosniff',
    'Referrer-Policy: no-referrer',
  ];
  await writeFile(join(folder, '_headers'), `/*\n${headers.map((one) => `  ${one}\n`).join('')}`);
}

/** Move `<style>` elements and `style` attributes out of a page. */
function moveStyles(html: string, rules: Map<string, string>, sheets: Set<string>): string {
  return html
    .replace(/<style[^>]*>([\s\S]*?)<\/style>/g, (_, css: string) => {
      sheets.add(css.trim());
      return '';
    })
    .replace(/<[a-z][^<>]*? style="[^"]*"[^<>]*>/g, (tag) => {
      const style = /\sstyle="([^"]*)"/.exec(tag)?.[1] ?? '';
      const name = rules.get(style) ?? `i-${hash(style).replace(/\W/g, '').slice(0, 6)}`;
      rules.set(style, name);
      const bare = tag.replace(/\sstyle="[^"]*"/, '');
      return / class="/.test(bare)
        ? bare.replace(/ class="/, ` class="${name} `)
        : bare.replace(/^<[\w-]+/, (open) => `${open} class="${name}"`);
    });
}

/** Return the text of every script that stands in the page itself. */
export function inlineScripts(html: string): string[] {
  return [...html.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g)]
    .map(([, text]) => text ?? '')
    .filter((text) => text !== '');
}

/** Put the policy and the style sheet into a page's head, beside the first style sheet of its own. */
function head(html: string, sheet: string, scripts: readonly string[]): string {
  const address = /href="([^"]*\/_astro\/)[^"]+\.css"/.exec(html)?.[1];
  if (address === undefined) throw new Error('a page without a style sheet');
  const meta = `<meta http-equiv="Content-Security-Policy" content="${policy(scripts)}">`;
  return html
    .replace(/<meta charset="utf-8"\/?>/i, (charset) => `${charset}${meta}`)
    .replace('</head>', `<link rel="stylesheet" href="${address}${sheet}"></head>`);
}
