import { readFileSync } from 'node:fs';
import type { Code, Root } from 'mdast';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import { visit } from 'unist-util-visit';

/** How a code block of a page is bound to something that runs. */
export type FenceKind = 'wired' | 'run' | 'output' | 'illustrative' | 'diagram' | 'unwired';

export interface Fence {
  language: string;
  /** What stands after the language. */
  meta: string;
  /** Line of the opening fence, from 1. */
  line: number;
  kind: FenceKind;
  /** The file, snippet or recorded output named. */
  path?: string;
  region?: string;
  /** Why it is unwired. */
  problem?: string;
}

const kinds: Record<string, FenceKind> = {
  file: 'wired',
  run: 'run',
  output: 'output',
  illustrative: 'illustrative',
};
const how = 'write file=path, run=path, output=path or illustrative="why"';

/** Say how one code block is wired; whatever is not understood in full is unwired. */
export function fence(node: Code): Fence {
  const language = node.lang ?? '';
  const meta = node.meta ?? '';
  const common = { language, meta, line: node.position?.start.line ?? 1 };
  const unwired = (problem: string): Fence => ({ ...common, kind: 'unwired', problem });
  if (language === '') return unwired(`a code block without a language: ${how}`);
  if (language === 'mermaid') {
    return meta === '' ? { ...common, kind: 'diagram' } : unwired(`mermaid takes no ${meta}`);
  }
  const match = /^(\w+)=(?:"([^"]*)"|([^\s"']+))$/.exec(meta);
  const kind = kinds[match?.[1] ?? ''];
  const value = match?.[2] ?? match?.[3] ?? '';
  if (kind === undefined || value === '') {
    return unwired(
      `the ${language} block ${meta === '' ? 'is not wired' : `has "${meta}"`}: ${how}`,
    );
  }
  if (kind === 'illustrative') return { ...common, kind };
  const [path = '', region] = value.split('#');
  return { ...common, kind, path, ...(region === undefined ? {} : { region }) };
}

/** Return every code block of a Markdown file, whatever it is nested in. */
export function fences(markdownFile: string): Fence[] {
  const source = readFileSync(markdownFile, 'utf8').replace(/^---\n[\s\S]*?\n---\n/, (block) =>
    block.replace(/[^\n]+/g, ''),
  );
  const tree: Root = unified().use(remarkParse).use(remarkGfm).parse(source);
  const found: Fence[] = [];
  visit(tree, 'code', (node) => void found.push(fence(node)));
  return found;
}
