import { defineRouteMiddleware } from '@astrojs/starlight/route-data';

/** The paper has no contents on its right: its sections stand below "Whitepaper" in the sidebar. */
export const onRequest = defineRouteMiddleware(({ locals }) => {
  const route = locals.starlightRoute;
  if (route.id !== 'paper') return;
  const sections = route.headings.filter(({ depth }) => depth === 2);
  route.toc = undefined;
  route.sidebar = route.sidebar.map((entry) =>
    entry.type === 'link' && entry.isCurrent
      ? {
          type: 'group' as const,
          label: entry.label,
          collapsed: false,
          badge: undefined,
          entries: sections.map(({ slug, text }) => ({
            type: 'link' as const,
            label: text,
            href: `#${slug}`,
            isCurrent: false,
            badge: undefined,
            attrs: {},
          })),
        }
      : entry,
  );
});
