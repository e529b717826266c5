import { palettes } from '../site/palettes.ts';

const ink = new RegExp(
  `<span style="--0:${palettes.light.ink};--1:${palettes.dark.ink}">([^<]*)</span>`,
  'gi',
);

/**
 * Trim what Starlight and Expressive Code write into a page: a drawing beside each heading becomes
 * a sign; most code has the colour of its block anyway; and a block that scrolls is made focusable
 * here rather than by a script, which made each a landmark without a name.
 */
export function trim(html: string): string {
  return html
    .replace(/(class="sl-anchor-icon">)<svg.*?<\/svg>/g, '$1#')
    .replace(ink, '$1')
    .replace(/<script type="module" src="[^"]*\/_astro\/ec\.[^"]+\.js"><\/script>/g, '')
    .replaceAll('<pre data-language=', '<pre tabindex="0" data-language=');
}
