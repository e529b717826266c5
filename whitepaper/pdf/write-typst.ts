import type { Nodes, PhrasingContent, Root, Table } from 'mdast';

/** A table with more rows, or with more than three columns, is set wider than the text. */
const longTable = 12;

/** What the writer needs to know besides the text. */
export interface Figures {
  /** The Typst of the matrix. */
  matrix: string;
  /** The drawing of a mermaid fence, its caption and its text alternative. */
  diagram(
    source: string,
    line: number,
  ): {
    path: string;
    width: string;
    caption: string;
    description: string;
  };
  matrixCaption: string;
}

/** Write the expanded paper as Typst, for the functions of paper.typ. */
export class TypstWriter {
  readonly #figures: Figures;
  readonly #notes = new Map<string, string>();
  readonly #placed = new Set<string>();
  /** How many figures are written. */
  #number = 0;
  /** Links to recommendations are the only internal ones. */
  readonly #anchors = new Set<string>();

  constructor(figures: Figures) {
    this.#figures = figures;
  }

  write(tree: Root): string {
    for (const node of tree.children) {
      if (node.type === 'recommendation') this.#anchors.add(node.id);
      if (node.type === 'footnoteDefinition') {
        this.#notes.set(node.identifier, this.#all(node));
      }
    }
    const first = tree.children.findIndex((node) => node.type === 'heading');
    const metadata = tree.children.slice(0, first).map((node) => this.#block(node));
    const body = tree.children.slice(first).map((node) => this.#block(node));
    return `#metadata-block[\n${metadata.join('\n\n')}\n]\n\n${body.join('\n\n')}\n`;
  }

  #all(node: { children: Nodes[] }): string {
    return node.children.map((child) => this.#block(child)).join('');
  }

  #block(node: Nodes): string {
    switch (node.type) {
      case 'heading':
        return `${'='.repeat(node.depth - 1)} ${this.#all(node)}`;
      case 'paragraph':
        return isCaption(node.children) ? caption(this.#all(node)) : this.#all(node);
      case 'recommendation': {
        const [text, proof] = node.children.map((child) => this.#all(child));
        return `#recommendation(${quote(node.id)}, <${node.id}>)[${text}][${proof}]`;
      }
      case 'list':
        return node.children.map((item) => `- #entry[${this.#all(item)}]`).join('\n');
      case 'table':
        return this.#table(node);
      case 'code': {
        const {
          path,
          width,
          caption: text,
          description,
        } = this.#figures.diagram(node.value, node.position?.start.line ?? 1);
        const image = `image(${quote(path)}, width: ${width}, alt: ${quote(description)})`;
        return this.#exhibit(`align(center, ${image})`, text);
      }
      case 'html':
        if (node.value.trim() !== '<!-- matrix -->') return '';
        return this.#exhibit(this.#figures.matrix, this.#figures.matrixCaption);
      case 'footnoteDefinition':
        return '';
      default:
        return this.#inline(node as PhrasingContent);
    }
  }

  #exhibit(body: string, text: string): string {
    this.#number += 1;
    return `#exhibit(${body}, [#strong[Figure ${this.#number}.] ${escape(text)}])`;
  }

  /** Each call ends with a semicolon, so that no character after it is read as its part. */
  #inline(node: PhrasingContent): string {
    switch (node.type) {
      case 'text':
        return escape(node.value);
      case 'inlineCode':
        return `#raw(${quote(node.value)});`;
      case 'strong':
        return `#strong[${this.#all(node)}];`;
      case 'emphasis':
        return `#emph[${this.#all(node)}];`;
      case 'break':
        return '#linebreak();';
      case 'link': {
        const text = this.#all(node);
        const proof = node.data?.hProperties?.['className'] !== undefined;
        if (proof) return `#verdict[${text}];`;
        const anchor = node.url.replace(/^#/, '');
        if (this.#anchors.has(anchor)) return `#link(<${anchor}>)[${text}];`;
        return /^https:/.test(node.url) ? `#link(${quote(node.url)})[${text}];` : text;
      }
      case 'footnoteReference': {
        const { identifier } = node;
        if (this.#placed.has(identifier)) return `#footnote(<note-${identifier}>);`;
        this.#placed.add(identifier);
        return `#[#footnote[${this.#notes.get(identifier) ?? ''}]<note-${identifier}>];`;
      }
      default:
        throw new Error(`the PDF has no form for ${node.type}`);
    }
  }

  #table(node: Table): string {
    const rows = node.children.map((row) =>
      row.children.map((cell) => `[${cell.children.map((c) => this.#inline(c)).join('')}]`),
    );
    const [head = [], ...body] = rows;
    const list = (cells: string[]): string => `(${cells.map((cell) => `${cell},`).join(' ')})`;
    const long = body.length > longTable;
    return `#rules(wide: ${head.length > 3 || long}, long: ${long}, ${list(widths(node))}, ${list(head)}, (\n${body.map((row) => `  ${list(row)},`).join('\n')}\n))`;
  }
}

/** Short columns take what they need, the others share the rest by their longest text. */
function widths(table: Table): string[] {
  const columns = table.children[0]?.children.length ?? 0;
  return Array.from({ length: columns }, (_, column) => {
    const longest = Math.max(
      ...table.children.map((row) => plain(row.children[column]?.children ?? []).length),
    );
    return longest <= 24 ? 'auto' : `${longest}fr`;
  });
}

/** The text of some inline nodes, without markup. */
export function plain(nodes: readonly Nodes[]): string {
  return nodes
    .map((node) => ('value' in node ? node.value : 'children' in node ? plain(node.children) : ''))
    .join('');
}

/** `**Table 2.** …` before a table. */
function isCaption([first]: readonly PhrasingContent[]): boolean {
  return first?.type === 'strong' && /^Table \d+\.$/.test(plain(first.children));
}

function caption(text: string): string {
  return `#block(above: 1.2em, below: 0.6em, sticky: true, text(9pt)[${text}])`;
}

/** A Typst string. */
function quote(text: string): string {
  return JSON.stringify(text);
}

/** Typst markup that stands for the text itself. */
function escape(text: string): string {
  return text.replace(/[\\#$*_`<>@[\]~"'/=+-]/g, '\\$&').replace(/\n/g, ' ');
}
