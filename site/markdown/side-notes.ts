import type { FootnoteDefinition, Paragraph, PhrasingContent, Root } from 'mdast';
import { visit } from 'unist-util-visit';
import type { VFile } from 'vfile';
import { PageFault, place } from './place.ts';

/** Set every footnote beside the sentence that refers to it; a second reference only repeats the number. */
export function sideNotes({ root }: { root: string }) {
  return (tree: Root, file: VFile): void => {
    const definitions = new Map<string, FootnoteDefinition>();
    visit(tree, 'footnoteDefinition', (node) => void definitions.set(node.identifier, node));
    const numbers = new Map<string, number>();
    visit(tree, 'footnoteReference', (node, index, parent) => {
      if (parent === undefined || index === undefined) return;
      const definition = definitions.get(node.identifier);
      const [text, ...rest] = definition?.children ?? [];
      if (text?.type !== 'paragraph' || rest.length > 0) {
        throw new PageFault(
          `${place(node, file, root)}: the note ${node.identifier} must be one paragraph`,
        );
      }
      const first = !numbers.has(node.identifier);
      const number = numbers.get(node.identifier) ?? numbers.size + 1;
      numbers.set(node.identifier, number);
      const siblings = parent.children as PhrasingContent[];
      siblings[index] = element('sup', { className: ['note-ref'] }, [
        element('a', { href: `#note-${number}`, ariaLabel: `Note ${number}` }, [
          { type: 'text', value: String(number) },
        ]),
      ]);
      if (first) placeNote(siblings, index + 1, note(number, text));
    });
    tree.children = tree.children.filter((node) => node.type !== 'footnoteDefinition');
  };
}

function note(number: number, text: Paragraph): PhrasingContent {
  const label = element('span', { className: ['number'] }, [{ type: 'text', value: `${number}` }]);
  const properties = { className: ['side-note'], id: `note-${number}`, role: 'note' };
  return element('span', properties, [label, { type: 'text', value: ' ' }, ...text.children]);
}

/** Insert a note after the sentence that it belongs to, so that none is cut in two on a narrow page. */
function placeNote(siblings: PhrasingContent[], from: number, node: PhrasingContent): void {
  const before = siblings[from - 2];
  if (before?.type === 'text' && /[.!?]["”’)]*$/.test(before.value)) {
    siblings.splice(pastNotes(siblings, from), 0, node);
    return;
  }
  for (let at = from; at < siblings.length; at += 1) {
    const sibling = siblings[at];
    const end = sibling?.type === 'text' ? /[.!?]["”’)]*(?=\s|$)/.exec(sibling.value) : null;
    if (sibling?.type !== 'text' || end === null) continue;
    const cut = end.index + end[0].length;
    if (cut === sibling.value.length) {
      siblings.splice(pastNotes(siblings, at + 1), 0, node);
      return;
    }
    const [sentence, rest] = [sibling.value.slice(0, cut), sibling.value.slice(cut)];
    siblings.splice(at, 1, { type: 'text', value: sentence }, node, { type: 'text', value: rest });
    return;
  }
  siblings.push(node);
}

/** Pass the references and notes that stand at a sentence's end already. */
function pastNotes(siblings: readonly PhrasingContent[], from: number): number {
  let at = from;
  const isNote = (node: PhrasingContent | undefined): boolean =>
    node?.type === 'footnoteReference' || ['sup', 'span'].includes(node?.data?.hName ?? '');
  while (isNote(siblings[at])) at += 1;
  return at;
}

/** An inline node that becomes one HTML element; `emphasis` only carries it through the tree. */
function element(
  hName: string,
  hProperties: Record<string, string | string[]>,
  children: PhrasingContent[],
): PhrasingContent {
  return { type: 'emphasis', data: { hName, hProperties }, children };
}
