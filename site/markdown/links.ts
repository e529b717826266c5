import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import type { Definition, Link, Root } from 'mdast';
import { visit } from 'unist-util-visit';
import type { VFile } from 'vfile';
import { sourceUrl } from '../data/project.ts';
import { PageFault, pathOf, place } from './place.ts';

/** Turn links between files, as a code host follows them, into addresses of the site. */
export function links({ root, base }: { root: string; base: string }) {
  const prefix = base.replace(/\/$/, '');
  return (tree: Root, file: VFile): void => {
    visit(tree, ['link', 'definition'], (node, index, parent) => {
      const link = node as Link | Definition;
      if (/^([a-z][a-z+.-]*:|#)/i.test(link.url)) return;
      if (link.url.startsWith('/')) return void (link.url = prefix + link.url);
      const [path = '', anchor] = link.url.split('#');
      const target = normalize(join(dirname(pathOf(file, root)), path)).replaceAll('\\', '/');
      if (target.startsWith('..') || !existsSync(join(root, target))) {
        throw new PageFault(`${place(link, file, root)}: no file ${target} to link to`);
      }
      const route = routeOf(target);
      const url = route === undefined ? sourceUrl(target) : prefix + route;
      if (url !== undefined) link.url = anchor === undefined ? url : `${url}#${anchor}`;
      else if (link.type === 'link') parent?.children.splice(index ?? 0, 1, ...link.children);
    });
  };
}

/** Return the address of a file's page or download, or nothing when the site does not hold it. */
export function routeOf(path: string): string | undefined {
  const pattern = /^patterns\/([^/]+)(\/index\.md)?\/?$/.exec(path);
  if (pattern !== null && existsSync(join('patterns', pattern[1] ?? '', 'index.md'))) {
    return `/patterns/${pattern[1]}/`;
  }
  if (path === 'whitepaper/paper.md') return '/paper/';
  if (/^manifests\/.+\.\w+$/.test(path)) return `/${path}`;
  const page = /^site\/([^/]+)\.mdx?$/.exec(path)?.[1];
  return page === undefined ? undefined : page === 'index' ? '/' : `/${page}/`;
}
