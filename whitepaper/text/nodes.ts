import type {} from 'mdast-util-to-hast';
import type { Emphasis, Node, Paragraph, PhrasingContent, Table, TableRow } from 'mdast';

/** A recommendation with its text from the catalog and its proof from the evidence. */
export interface RecommendationNode extends Node {
  type: 'recommendation';
  id: string;
  /** "Consider … because …", then the line with criteria and refused attacks. */
  children:
    [text: Paragraph, proof: Paragraph] | [link: Emphasis, text: Paragraph, proof: Paragraph];
  data?: Paragraph['data'];
}

declare module 'mdast' {
  interface RootContentMap {
    recommendation: RecommendationNode;
  }
}

export function text(value: string): PhrasingContent {
  return { type: 'text', value };
}

export function link(url: string, label: string): PhrasingContent {
  return { type: 'link', url, children: [{ type: 'text', value: label }] };
}

export function paragraph(...children: PhrasingContent[]): Paragraph {
  return { type: 'paragraph', children };
}

/** Put a separator between the items of a line. */
export function joined(items: PhrasingContent[], separator: string): PhrasingContent[] {
  return items.flatMap((item, index) => (index === 0 ? [item] : [text(separator), item]));
}

/** A table from its cells, the head row first. */
export function table(rows: PhrasingContent[][][]): Table {
  const row = (cells: PhrasingContent[][]): TableRow => ({
    type: 'tableRow',
    children: cells.map((children) => ({ type: 'tableCell', children })),
  });
  return { type: 'table', children: rows.map(row) };
}
