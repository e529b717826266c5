import type { Root } from 'mdast';
import { visit } from 'unist-util-visit';
import type { VFile } from 'vfile';
import { PageFault, pathOf, place } from './place.ts';

/** What a comment such as `<!-- attacks -->` stands for; the argument is a name or a figure's number. */
const names = [
  ...['attacks', 'components', 'conformance', 'exchange', 'failures', 'flows'],
  ...['manifests', 'matrix', 'servers', 'strip'],
];
export const marker = new RegExp(`<!-- (${names.join('|')})(?: ([\\w-]+))? -->`);

/** Refuse HTML that is not a known marker, and set the first paragraph of a pattern as its lead. */
export function markers({ root, attacks }: { root: string; attacks: ReadonlySet<string> }) {
  return (tree: Root, file: VFile): void => {
    const path = pathOf(file, root);
    if (!/^(patterns|whitepaper)\//.test(path)) return;
    visit(tree, 'html', (node) => {
      const [whole, name, argument] = marker.exec(node.value) ?? [];
      if (whole !== node.value.trim() || (name === 'exchange') !== (argument !== undefined)) {
        throw new PageFault(
          `${place(node, file, root)}: unknown marker or HTML: ${node.value.trim()}`,
        );
      }
      if (argument !== undefined && !attacks.has(argument)) {
        throw new PageFault(
          `${place(node, file, root)}: no attack "${argument}" in evidence/attacks.json`,
        );
      }
    });
    const [first] = tree.children;
    if (path.startsWith('patterns/') && first?.type === 'paragraph') {
      first.data = { ...first.data, hProperties: { className: ['lead'] } };
    }
  };
}
