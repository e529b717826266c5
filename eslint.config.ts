import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import ts from 'typescript-eslint';

const globals = Object.fromEntries(
  ['process', 'console', 'setInterval', 'clearInterval'].map((name) => [name, 'readonly' as const]),
);

export default defineConfig(
  { ignores: ['node_modules/', 'dist/', '.cache/', '.astro/', 'site/public/'] },
  js.configs.recommended,
  ts.configs.recommendedTypeChecked,
  { languageOptions: { parserOptions: { projectService: true } } },
  {
    files: ['**/*.ts'],
    rules: {
      '@typescript-eslint/no-floating-promises': [
        'error',
        // node:test collects what it is given
        {
          allowForKnownSafeCalls: [
            { from: 'package', package: 'node:test', name: ['test', 'it', 'describe', 'suite'] },
          ],
        },
      ],
    },
  },
  {
    files: ['**/*.mjs'],
    extends: [ts.configs.disableTypeChecked],
    languageOptions: { globals },
  },
);
