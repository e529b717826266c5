import type { BlockContent, Root } from 'mdast';
import { SKIP, visit } from 'unist-util-visit';

/** Let a wide table scroll by itself, also by keyboard. */
export function tables() {
  return (tree: Root): void => {
    visit(tree, 'table', (node, index, parent) => {
      const data = { hName: 'div', hProperties: { className: ['scroll'], tabIndex: 0 } };
      const frame: BlockContent = { type: 'blockquote', data, children: [node] };
      parent?.children.splice(index ?? 0, 1, frame);
      return [SKIP, (index ?? 0) + 1];
    });
  };
}
