import type { Properties } from 'hast';
import type { Emphasis, Paragraph, Root } from 'mdast';
import { visit } from 'unist-util-visit';
import type { VFile } from 'vfile';
import { expand } from '../../whitepaper/text/expand.ts';
import type { RecommendationNode } from '../../whitepaper/text/nodes.ts';
import { PageFault, pathOf, place } from './place.ts';

/** Fill in the whitepaper from catalog and evidence, and give its recommendations their markup. */
export function paper({ root }: { root: string }) {
  return (tree: Root, file: VFile): void => {
    if (pathOf(file, root) !== 'whitepaper/paper.md') return;
    expand(tree, root, (reason, node) => {
      throw new PageFault(`${place(node, file, root)}: ${reason}`);
    });
    visit(tree, 'recommendation', markUp);
  };
}

/** `<div class="recommendation" id="R-07">` with its own link, its text and its proof. */
function markUp(node: RecommendationNode): void {
  const [text, proof] = node.children as [text: Paragraph, proof: Paragraph];
  node.data = { hName: 'div', hProperties: { className: ['recommendation'], id: node.id } };
  proof.data = { hProperties: { className: ['proof'] } };
  visit(proof, 'link', (link) => {
    if (link.data?.hProperties?.['className'] === undefined) return;
    link.children.unshift(element('span', { className: ['mark', 'refused'], ariaHidden: 'true' }));
  });
  const own = element('a', { className: ['id'], href: `#${node.id}` }, node.id);
  node.children = [own, text, proof];
}

/** An inline node that becomes one HTML element; `emphasis` only carries it through the tree. */
function element(hName: string, hProperties: Properties, label = ''): Emphasis {
  const children = [{ type: 'text' as const, value: label }];
  return { type: 'emphasis', data: { hName, hProperties }, children };
}
