import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium as playwright } from 'playwright';
import { palettes } from '../site/palettes.ts';
import { PageFault } from '../site/markdown/place.ts';
import { root } from './lib/paths.ts';
import { chromium } from './tools/chromium.ts';

export type Theme = keyof typeof palettes;

interface Mermaid {
  initialize(settings: object): void;
  parse(source: string): Promise<unknown>;
  render(id: string, source: string): Promise<{ svg: string }>;
}

/** Open a browser with the official mermaid in it; closing it ends the browser. */
export async function openMermaid() {
  const browser = await playwright.launch({ executablePath: await chromium() });
  const page = await browser.newPage();
  const font =
    'node_modules/@expo-google-fonts/source-serif-4/400Regular/SourceSerif4_400Regular.ttf';
  const face = (await readFile(join(root, font))).toString('base64');
  await page.setContent(
    `<style>@font-face{font-family:'Source Serif 4';src:url(data:font/ttf;base64,${face})}</style>` +
      `<p style="font-family:'Source Serif 4'">drawn here</p><div id="out"></div>`,
  );
  await page.evaluate(() => document.fonts.ready);
  await page.addScriptTag({ path: join(root, 'node_modules/mermaid/dist/mermaid.min.js') });
  return {
    /** Draw one diagram; a malformed one is a fault with mermaid's own words. */
    async draw(source: string, theme: Theme): Promise<string> {
      const settings = settingsOf(theme);
      const [svg, fault] = await page.evaluate(
        async ([text, options]) => {
          const { mermaid } = globalThis as unknown as { mermaid: Mermaid };
          try {
            mermaid.initialize(options);
            await mermaid.parse(text);
            return [(await mermaid.render('d', text)).svg, ''] as const;
          } catch (error) {
            return ['', error instanceof Error ? error.message : String(error)] as const;
          }
        },
        [withClasses(source, theme), settings] as const,
      );
      if (fault !== '') throw new PageFault(`mermaid: ${fault.replace(/\s*\n\s*/g, ' ').trim()}`);
      return finish(svg);
    },
    async [Symbol.asyncDispose](): Promise<void> {
      await browser.close();
    },
  };
}

/** Give flowcharts the two classes of the site: refused and works. */
function withClasses(source: string, theme: Theme): string {
  if (!/^\s*(flowchart|graph)\b/.test(source)) return source;
  const { paper, refused, works } = palettes[theme];
  return [
    source,
    `classDef refused fill:${paper},stroke:${refused},color:${refused},stroke-width:1.5px`,
    `classDef works fill:${paper},stroke:${works},color:${works},stroke-width:1.5px,stroke-dasharray:3 2`,
  ].join('\n');
}

function settingsOf(theme: Theme): object {
  const { paper, surface, line, ink, ink2, ink3 } = palettes[theme];
  const all = (names: string, value: string) =>
    Object.fromEntries(names.split(' ').map((name) => [name, value]));
  const fontFamily = "'Source Serif 4', serif";
  return {
    startOnLoad: false,
    securityLevel: 'strict',
    deterministicIds: true,
    theme: 'base',
    look: 'classic',
    htmlLabels: false,
    fontFamily,
    fontSize: 14,
    sequence: {
      look: 'classic',
      mirrorActors: false,
      diagramMarginX: 1,
      diagramMarginY: 8,
      actorMargin: 24,
      width: 124,
      height: 32,
      boxMargin: 1,
      actorFontWeight: 400,
      actorFontFamily: fontFamily,
      messageFontFamily: fontFamily,
      noteFontFamily: fontFamily,
      actorFontSize: 14,
      messageFontSize: 14,
      noteFontSize: 14,
    },
    flowchart: {
      look: 'classic',
      htmlLabels: false,
      curve: 'linear',
      nodeSpacing: 28,
      rankSpacing: 30,
      padding: 7,
      minNodeWidth: 40,
      diagramPadding: 1,
    },
    themeVariables: {
      darkMode: theme === 'dark',
      fontFamily,
      fontSize: '14px',
      ...all('background edgeLabelBackground tertiaryColor clusterBkg noteBkgColor', paper),
      ...all(
        'primaryColor mainBkg actorBkg secondaryColor labelBoxBkgColor activationBkgColor',
        surface,
      ),
      ...all('primaryBorderColor nodeBorder actorBorder actorLineColor clusterBorder', ink3),
      ...all('labelBoxBorderColor', ink3),
      ...all('primaryTextColor secondaryTextColor tertiaryTextColor nodeTextColor', ink),
      ...all(
        'actorTextColor labelTextColor loopTextColor signalTextColor textColor titleColor',
        ink,
      ),
      ...all('signalColor', ink),
      ...all('lineColor defaultLinkColor noteTextColor', ink2),
      noteBorderColor: line,
    },
    themeCSS: `
      .messageLine0, .messageLine1, .flowchart-link, .edge-thickness-normal { stroke-width: 1.25px }
      .actor-line { stroke-width: 1px }
      .actor, .node rect, .labelBox, .note { stroke-width: 1px; rx: 2px; ry: 2px }
      .messageText, .edgeLabel text, .loopText {
        paint-order: stroke; stroke: ${paper}; stroke-width: 4px; stroke-linejoin: round
      }
      .edgeLabel rect { opacity: 0 }`,
  };
}

/** Fix the size of a drawing and the height of its message labels; drop what nothing shows. */
function finish(svg: string): string {
  const [, width = '0', height = '0'] =
    /viewBox="[-\d.]+ [-\d.]+ ([\d.]+) ([\d.]+)"/.exec(svg) ?? [];
  const size = `width="${Math.ceil(Number(width))}" height="${Math.ceil(Number(height))}"`;
  return `${svg
    .replace(/<defs><symbol id="([^"]+)"[\s\S]*?<\/symbol><\/defs>/g, (icon, id: string) =>
      svg.includes(`"#${id}"`) ? icon : '',
    )
    .replace(/ data-[\w-]+="[^"]*"/g, '')
    .replace(/\d+\.\d{3,}/g, (number) => String(Math.round(Number(number) * 100) / 100))
    .replace(/(<svg[^>]*?) style="[^"]*"/, '$1')
    .replace(/(<svg[^>]*?) width="[^"]*"/, '$1')
    .replace(/(<svg[^>]*?) height="[^"]*"/, '$1')
    .replace('<svg ', `<svg ${size} `)
    .replace(/(<text[^>]*class="messageText"[^>]*?) dy="1em"/g, '$1 dy="0.95em"')}\n`;
}
