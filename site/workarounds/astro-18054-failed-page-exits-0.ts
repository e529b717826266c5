import type { Loader } from 'astro/loaders';

/**
 * Fail the build when a page failed to render: Astro logs the error, publishes an empty page and
 * exits 0 (withastro/astro#18054).
 */
export function failOnEmptyPages(inner: Loader): Loader {
  return {
    ...inner,
    async load(context) {
      await inner.load(context);
      for (const [id, entry] of context.store.entries()) {
        const { filePath } = entry;
        if (filePath?.endsWith('.md') === true && entry.rendered === undefined) {
          throw new Error(`${filePath}: the page ${id} was not rendered`);
        }
      }
    },
  };
}
