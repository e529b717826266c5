import { palettes } from '../site/palettes.ts';

const ink = new RegExp(
  `<span style="--0:${palettes.light.ink};--1:${palettes.dark.ink}">([^<]*)</span>`,
  'gi',
);

/**
 * Trim what Expressive Code writes: most code has the colour of its block anyway, and a block that
 * scrolls is made focusable here rather than by a script, which made each a landmark without a name.
 */
export function trimCode(html: string): string {
  return html
    .replace(ink, '$1')
    .replace(/<script type="module" src="[^"]*\/_astro\/ec\.[^"]+\.js"><\/script>/g, '')
    .replaceAll('<pre data-language=', '<pre tabindex="0" data-language=');
}
