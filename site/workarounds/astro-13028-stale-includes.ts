import type { Loader } from 'astro/loaders';

/**
 * Render every page anew: Astro reuses a page while its own Markdown is unchanged, although the
 * files that it includes may have changed (withastro/astro#13028).
 */
export function renderAnew(inner: Loader): Loader {
  return {
    ...inner,
    async load(context) {
      context.store.clear();
      await inner.load(context);
    },
  };
}
