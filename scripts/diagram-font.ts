import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { subset } from './fonts.ts';
import { root } from './lib/paths.ts';

const source = join(
  root,
  'node_modules/@fontsource-variable/source-serif-4/files/source-serif-4-latin-wght-normal.woff2',
);

/** Embed the characters of a drawing's labels, since an SVG in `<img>` reaches no font of the page. */
export async function embedFont(svg: string): Promise<string> {
  const labels = svg.replace(/<(title|desc|style)[\s\S]*?<\/\1>/g, '');
  const text = [...labels.matchAll(/>([^<]+)</g)].map(([, label]) => label).join('');
  const characters = [...new Set(text)].sort().join('');
  const packed = await subset(await readFile(source), characters, { wght: 400 });
  const face =
    '@font-face{font-family:"Source Serif 4";src:url(data:font/woff2;base64,' +
    `${packed.toString('base64')}) format("woff2")}`;
  return svg.replace('<style>', `<style>${face}`);
}
