import { unified } from '@astrojs/markdown-remark';
import starlight from '@astrojs/starlight';
import { defineConfig, fontProviders } from 'astro/config';
import { codeTheme } from './site/code-theme.ts';
import { attacks } from './site/data/evidence.ts';
import { root } from './site/data/project.ts';
import { diagrams } from './site/markdown/diagrams.ts';
import { include } from './site/markdown/include.ts';
import { links } from './site/markdown/links.ts';
import { markers } from './site/markdown/markers.ts';
import { paper } from './site/markdown/paper.ts';
import { sideNotes } from './site/markdown/side-notes.ts';
import { tables } from './site/markdown/tables.ts';
import { sidebar } from './site/sidebar.ts';
import { withoutTimeLimit } from './site/workarounds/shiki-588-time-limit.ts';

const styles = [
  ['tokens', 'text', 'side-notes', 'paper', 'header', 'sidebar', 'foot', 'search', 'home'],
  ['marks', 'tables', 'matrix', 'matrix-narrow', 'strip', 'exchange', 'figures', 'code', 'attacks'],
  ['print'],
].flat();
const base = process.env.SITE_BASE ?? '/';
const font = (name, cssVariable, fallbacks, variants) => ({
  provider: fontProviders.local(),
  name,
  cssVariable,
  fallbacks,
  options: {
    variants: variants.map(([file, weight, style]) => ({
      weight,
      style,
      src: [`./.cache/fonts/${file}.woff2`],
    })),
  },
});

export default defineConfig({
  srcDir: './site',
  publicDir: './site/public',
  base,
  trailingSlash: 'always',
  compressHTML: true,
  devToolbar: { enabled: false },
  prefetch: false,
  build: { inlineStylesheets: 'never' },
  vite: { build: { assetsInlineLimit: 0 } },
  fonts: [
    font('Serif', '--font-serif', ['serif'], [['serif', '400 600', 'normal']]),
    font('Code', '--font-code', ['monospace'], [['code', 400, 'normal']]),
  ],
  markdown: {
    processor: unified({
      remarkPlugins: [
        [markers, { root, attacks: new Set(attacks.map(({ id }) => id)) }],
        [paper, { root }],
        [include, { root }],
        [diagrams, { root, base }],
        [sideNotes, { root }],
        [links, { root, base }],
        tables,
      ],
    }),
  },
  integrations: [
    starlight({
      title: 'MCP Security Framework',
      favicon: '/favicon.svg',
      customCss: styles.map((name) => `./site/styles/${name}.css`),
      components: Object.fromEntries(
        [
          'Footer',
          'Head',
          'Header',
          'LanguageSelect',
          'MarkdownContent',
          'PageTitle',
          'Search',
          'SiteTitle',
        ].map((name) => [name, `./site/overrides/${name}.astro`]),
      ),
      routeMiddleware: './site/routes.ts',
      markdown: { processedDirs: ['./patterns', './whitepaper', './site'] },
      expressiveCode: {
        themes: [codeTheme('light'), codeTheme('dark')],
        useStarlightUiThemeColors: false,
        useStarlightDarkModeSwitch: true,
        textMarkers: false,
        shiki: { transformers: [withoutTimeLimit] },
        minSyntaxHighlightingColorContrast: 0,
        styleOverrides: {
          borderWidth: '0',
          borderRadius: '2px',
          codeFontFamily: 'var(--font-code)',
          codeFontSize: '0.8125rem',
          codeLineHeight: '1.6',
          uiFontFamily: 'var(--font-code)',
          uiFontSize: '0.8125rem',
          frames: { shadowColor: 'transparent' },
        },
        frames: { showCopyToClipboardButton: false },
      },
      sidebar: sidebar(),
    }),
  ],
});
