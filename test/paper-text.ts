import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ElementContent } from 'hast';
import { toString } from 'hast-util-to-string';
import rehypeParse from 'rehype-parse';
import { getDocument, type PDFPageProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { createMarkdownProcessor } from '@astrojs/markdown-remark';
import { unified } from 'unified';
import { visit } from 'unist-util-visit';
import { parse } from 'yaml';
import { readEvidence } from '../evidence/read.ts';
import { dashes } from '../evidence/sections.ts';
import { root } from '../scripts/lib/paths.ts';
import { diagrams } from '../site/markdown/diagrams.ts';
import { paper } from '../site/markdown/paper.ts';
import { sideNotes } from '../site/markdown/side-notes.ts';

const path = join(root, 'whitepaper', 'paper.md');

/** What a reader of the paper reads: the running text and the notes, each in its order. */
export interface Read {
  text: string;
  notes: string;
}

/** What stands below the matrix, which the site draws by a component. */
const matrixWords =
  'refused, for the reason claimed refused, not claimed works not applicable ' +
  `${dashes(readEvidence(root))} Figure 1. Attacks refused, by group and plane.`;
const recorded = /Recorded with v0\.1\.0(\. Inputs unchanged|, before the inputs changed)\./;

/** Drop what a line break may add or take: white space and hyphens. */
export function squeeze(text: string): string {
  return text.replace(/[\s\u00ad-]/g, '');
}

/** The paper's source: front matter and body. */
export function source(): { front: Record<string, string>; body: string } {
  const [, front = '', body = ''] =
    /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(readFileSync(path, 'utf8')) ?? [];
  return { front: parse(front) as Record<string, string>, body };
}

/** Render the paper as the site does, and read it: no headings, no matrix. */
export async function readWeb(): Promise<Read & { html: string }> {
  const { front, body } = source();
  const processor = await createMarkdownProcessor({
    syntaxHighlight: false,
    remarkPlugins: [
      [paper, { root }],
      [diagrams, { root, base: '/' }],
      [sideNotes, { root }],
    ],
  });
  const { code } = await processor.render(body, { fileURL: new URL(`file://${path}`) });
  const tree = unified().use(rehypeParse, { fragment: true }).parse(code);
  const notes: [number: number, text: string][] = [];
  visit(tree, 'comment', (node, index, parent) => {
    if (node.value.trim() !== 'matrix 1') return;
    parent?.children.splice(index ?? 0, 1, { type: 'text', value: matrixWords });
  });
  visit(tree, 'element', (node, index, parent) => {
    const names = String(node.properties['className'] ?? '').split(',');
    if (names.includes('side-note')) {
      const number = Number(/\d+$/.exec(String(node.properties['id']))?.[0]);
      const children = node.children.filter((child) => !isNumber(child));
      notes.push([number, toString({ ...node, children })]);
    }
    const drop =
      names.includes('side-note') || names.includes('note-ref') || /^h[1-6]$/.test(node.tagName);
    if (drop) parent?.children.splice(index ?? 0, 1);
    return drop ? index : undefined;
  });
  const head = [front['kind'], front['title'], front['lead'], front['status']].join(' ');
  notes.sort(([one], [other]) => one - other);
  return {
    text: `${head} ${toString(tree)}`,
    notes: notes.map(([, note]) => note).join(' '),
    html: code,
  };
}

function isNumber(node: ElementContent): boolean {
  return node.type === 'element' && node.properties['className']?.toString() === 'number';
}

interface Node {
  role?: string;
  alt?: string;
  id?: string;
  children?: Node[];
}

/** Open a PDF for reading. */
export function openPdf(bytes: Uint8Array) {
  return getDocument({ data: Uint8Array.from(bytes), verbosity: 0 }).promise;
}

/** Every element of a page's structure with the roles around it. */
export async function structure(page: PDFPageProxy): Promise<{ node: Node; roles: string[] }[]> {
  const found: { node: Node; roles: string[] }[] = [];
  const walk = (node: Node, roles: string[]): void => {
    found.push({ node, roles });
    for (const child of node.children ?? []) walk(child, node.role ? [...roles, node.role] : roles);
  };
  walk(await page.getStructTree(), []);
  return found;
}

/** Read a PDF by its structure: no headings, no note numbers, no labels of drawings, the matrix apart. */
export async function readPdf(bytes: Uint8Array): Promise<Read & { matrix: string }> {
  const document = await openPdf(bytes);
  const read = { text: '', notes: '', matrix: '' };
  for (let number = 1; number <= document.numPages; number += 1) {
    const page = await document.getPage(number);
    const places = new Map<string, string[]>();
    for (const { node, roles } of await structure(page)) if (node.id) places.set(node.id, roles);
    const { items } = await page.getTextContent({ includeMarkedContent: true });
    const open: (string | undefined)[] = [];
    for (const item of items) {
      if ('str' in item) {
        const id = open.findLast((entry) => entry !== undefined);
        const roles = places.get(id ?? '') ?? ['Artifact'];
        if (roles.some((role) => /^(Artifact|H\d|Lbl|Figure)$/.test(role))) continue;
        const kept = roles.includes('Note')
          ? 'notes'
          : number === 1 && roles.includes('Table')
            ? 'matrix'
            : 'text';
        read[kept] += `${item.str} `;
      } else if (item.type === 'endMarkedContent') open.pop();
      else open.push(item.id);
    }
  }
  return { ...read, text: read.text.replace(/\s+/g, ' ').replace(recorded, '') };
}
