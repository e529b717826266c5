import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Paragraph, PhrasingContent, Root, RootContent, Text } from 'mdast';
import { toString } from 'mdast-util-to-string';
import { SKIP, visit } from 'unist-util-visit';
import type { Node } from 'unist';
import { Blocks } from './blocks.ts';
import { readCatalog } from './catalog.ts';
import { Citations } from './citations.ts';
import { readEvidence } from '../../evidence/read.ts';
import { numbers } from './numbers.ts';
import { paragraph, text } from './nodes.ts';

/** Ends the build with what is wrong and where. */
export type Fail = (reason: string, node: Node) => never;

const pulled = /^catalog\/([a-z]+)\.yaml$/;
const inline = /\s*\[(@[^\]]+)\]|\{\{([^}]+)\}\}/g;

/**
 * Fill in what the paper only points at, for web page and PDF alike: recommendations and tables
 * from the catalog, numbers from the evidence, citations as footnotes, the list of references.
 * Fails with the place of whatever it cannot resolve. `root` is the repository's folder.
 */
export function expand(tree: Root, root: string, fail: Fail): void {
  const catalog = readCatalog(root);
  const evidence = readEvidence(root);
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    version: string;
  };
  pullBlocks(tree, fail, new Blocks(catalog, evidence, sections(tree)));
  const known = numbers(evidence, catalog, version);
  const notes = new Notes(new Citations(root, catalog.references), fail);
  visit(tree, 'text', (node, index, parent) => {
    if (parent === undefined || index === undefined) return;
    const parts = fill(node, fail, known, notes);
    parent.children.splice(index, 1, ...parts);
    return [SKIP, index + parts.length];
  });
  notes.finish(tree);
}

/** The titles of the sections, so that a table can name one by its number. */
function sections(tree: Root): string[] {
  return tree.children.flatMap((node) =>
    node.type === 'heading' && node.depth === 2 ? [toString(node)] : [],
  );
}

/** Replace each paragraph that consists of links into the catalog by what they name. */
function pullBlocks(tree: Root, fail: Fail, blocks: Blocks): void {
  tree.children = tree.children.flatMap((node): RootContent[] => {
    const links = node.type === 'paragraph' ? catalogLinks(node) : [];
    if (links.length === 0) return [node];
    return links.map(({ name, label, link }) => {
      if (name === 'references') return { type: 'list', children: [] };
      const block = blocks.build(name, label);
      return block ?? fail(`whitepaper/catalog/${name}.yaml has no "${label}"`, link);
    });
  });
}

function catalogLinks({ children }: Paragraph) {
  const rest = children.filter(({ type }) => type !== 'link');
  if (rest.some((node) => node.type !== 'text' || node.value.trim() !== '')) return [];
  return children.flatMap((node) => {
    const name = node.type === 'link' ? pulled.exec(node.url)?.[1] : undefined;
    if (node.type !== 'link' || name === undefined) return [];
    const [label] = node.children;
    return [{ name, label: label?.type === 'text' ? label.value : '', link: node }];
  });
}

/** Split a text at its citations and numbers and put in what they stand for. */
function fill(node: Text, fail: Fail, known: Map<string, string>, notes: Notes): PhrasingContent[] {
  const parts: PhrasingContent[] = [];
  let end = 0;
  for (const match of node.value.matchAll(inline)) {
    const [whole, cited, name] = match;
    if (match.index > end) parts.push(text(node.value.slice(end, match.index)));
    end = match.index + whole.length;
    if (cited !== undefined) parts.push(notes.refer(cited, node));
    else {
      const value = known.get(name ?? '');
      parts.push(text(value ?? fail(`no number is called "${name}"`, node)));
    }
  }
  const rest = node.value.slice(end);
  // another plugin may have cut a mark in two before it came here
  if (/\{\{|\}\}|\[@/.test(rest)) fail(`cannot read the mark in "${rest.trim()}"`, node);
  if (end === 0) return [node];
  if (rest !== '') parts.push(text(rest));
  return parts;
}

/** The notes of one document: one per citation, repeated ones once. */
class Notes {
  readonly #citations: Citations;
  readonly #fail: Fail;
  readonly #notes = new Map<string, PhrasingContent[]>();
  readonly #cited = new Set<string>();

  constructor(citations: Citations, fail: Fail) {
    this.#citations = citations;
    this.#fail = fail;
  }

  /** Refer to the note for `@rfc8707, §2; @rfc9068`. */
  refer(citation: string, node: Text): PhrasingContent {
    const cited = citation.split(/;\s*/).map((item) => {
      const [, id = '', place] = /^@([a-z0-9-]+)(?:,\s*(.+))?$/.exec(item) ?? [];
      if (!this.#citations.has(id)) {
        this.#fail(`whitepaper/catalog/references.yaml has no "${item}"`, node);
      }
      this.#cited.add(id);
      return { id, ...(place !== undefined && { place }) };
    });
    if (!this.#notes.has(citation)) this.#notes.set(citation, this.#citations.note(cited));
    const number = String([...this.#notes.keys()].indexOf(citation) + 1);
    return { type: 'footnoteReference', identifier: number, label: number };
  }

  /** Add the notes at the end and the references where the paper asks for them. */
  finish(tree: Root): void {
    const list = tree.children.find((node) => node.type === 'list' && node.children.length === 0);
    if (list?.type === 'list') {
      const entries = this.#citations.bibliography([...this.#cited]);
      list.children = entries.map(({ children }) => ({
        type: 'listItem',
        children: [paragraph(...children)],
      }));
    }
    [...this.#notes.values()].forEach((children, index) => {
      const number = String(index + 1);
      tree.children.push({
        type: 'footnoteDefinition',
        identifier: number,
        label: number,
        children: [paragraph(...children)],
      });
    });
  }
}
