import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import CSL from 'citeproc';
import type { Link, PhrasingContent } from 'mdast';
import { phrasing } from './markdown.ts';
import type { Reference } from './catalog.ts';

/** Formats citations from CSL-JSON with the style and locale that lie beside this file. */
export class Citations {
  readonly #engine;
  readonly #references: Map<string, Reference>;

  constructor(root: string, references: Reference[]) {
    this.#references = new Map(references.map((reference) => [reference.id, reference]));
    const read = (name: string) => readFileSync(join(root, 'whitepaper', 'text', name), 'utf8');
    this.#engine = new CSL.Engine(
      {
        retrieveLocale: () => read('locale.xml'),
        retrieveItem: (id) => this.#references.get(id),
      },
      read('notes.csl'),
    );
  }

  has(id: string): boolean {
    return this.#references.has(id);
  }

  /** What a note says: source, short title and the place in it, linked to the source. */
  note(cited: { id: string; place?: string }[]): PhrasingContent[] {
    this.#engine.updateItems(cited.map(({ id }) => id));
    return cited.flatMap(({ id, place }, index) => {
      const text = this.#engine.makeCitationCluster([{ id }]);
      const end = `${place === undefined ? '' : `, ${place}`}${index < cited.length - 1 ? '; ' : '.'}`;
      return [this.#link(id, phrasing(markdown(text))), { type: 'text' as const, value: end }];
    });
  }

  /** The list of references, sorted by source and title, each with its address. */
  bibliography(ids: string[]): { id: string; children: PhrasingContent[] }[] {
    this.#engine.updateItems(ids);
    const [{ entry_ids }, entries] = this.#engine.makeBibliography();
    return entries.map((entry, index) => {
      const id = entry_ids[index]?.[0] ?? '';
      const text = entry.replace(/^\s*<div class="csl-entry">|<\/div>\s*$/g, '');
      const address = {
        type: 'text' as const,
        value: this.#address(id).replace(/^https:\/\/(www\.)?/, ''),
      };
      return {
        id,
        children: [
          ...phrasing(markdown(text)),
          { type: 'text' as const, value: ' ' },
          this.#link(id, [address]),
        ],
      };
    });
  }

  #link(id: string, children: PhrasingContent[]): Link {
    return { type: 'link', url: this.#address(id), children: children };
  }

  #address(id: string): string {
    return this.#references.get(id)?.URL ?? '';
  }
}

/** Turn the markup that citeproc writes into Markdown. */
function markdown(html: string): string {
  return html
    .replace(/<\/?i>/g, '*')
    .replace(/&#(\d+);/g, (_, code: string) => `\\${String.fromCodePoint(Number(code))}`);
}
