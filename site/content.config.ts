import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { docsSchema } from '@astrojs/starlight/schema';
import { glob, type Loader } from 'astro/loaders';
import { z } from 'astro/zod';
import { defineCollection } from 'astro/content/config';
import { frontMatterFaults, paper, pattern } from './data/pattern.ts';
import { root } from './data/project.ts';
import { renderAnew } from './workarounds/astro-13028-stale-includes.ts';
import { failOnEmptyPages } from './workarounds/astro-18054-failed-page-exits-0.ts';

/** Name a page after its file: patterns/<id>/index.md is /patterns/<id>/, whitepaper/paper.md is /paper/. */
const generateId = ({ entry }: { entry: string }): string =>
  entry
    .replace(/\.mdx?$/, '')
    .replace(/^(site|whitepaper)\//, '')
    .replace(/\/index$/, '');

/** Report every fault of the front matter of patterns and paper, each as one line. */
function checkFrontMatter(inner: Loader): Loader {
  return {
    ...inner,
    async load(context) {
      await inner.load(context);
      const faults = [...context.store.values()].flatMap(({ filePath = '' }) => {
        const schema = filePath.startsWith('patterns/')
          ? pattern
          : filePath.startsWith('whitepaper/')
            ? paper
            : undefined;
        if (schema === undefined) return [];
        return frontMatterFaults(filePath, readFileSync(join(root, filePath), 'utf8'), schema);
      });
      if (faults.length > 0) throw new Error(faults.join('\n'));
    },
  };
}

const pages = glob({
  base: '.',
  pattern: ['patterns/*/index.md', 'whitepaper/paper.md', 'site/*.{md,mdx}'],
  generateId,
});

/** Fields of all pages; which of them a pattern or the paper must have is checked on loading. */
const fields = z.object({
  ...pattern.partial().shape,
  title: z.string(),
  kind: z.string().optional(),
  lead: z.string().optional(),
  status: z.string().optional(),
});

export const collections = {
  docs: defineCollection({
    loader: checkFrontMatter(failOnEmptyPages(renderAnew(pages))),
    schema: docsSchema({ extend: fields }),
  }),
};
