import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Root } from 'mdast';
import { visit } from 'unist-util-visit';
import type { VFile } from 'vfile';
import { readRefused } from '../../evidence/refused.ts';
import { fence, type Fence } from './fences.ts';
import { PageFault, place } from './place.ts';

/** Fill the fences that name a file with that file, and refuse every fence that is not wired. */
export function include({ root }: { root: string }) {
  return (tree: Root, file: VFile): void => {
    visit(tree, 'code', (node, index, parent) => {
      const wired = fence(node);
      if (wired.kind === 'diagram') return;
      try {
        if (wired.kind === 'unwired') throw new PageFault(wired.problem);
        if (wired.kind === 'illustrative') return void (node.meta = 'frame="none"');
        const path = wired.path ?? '';
        inside(root, path, wired.kind === 'run' ? 'any' : 'file');
        if (wired.kind === 'run') {
          // an npm task is named after its script
          if (!node.value.includes(path.replace(/^scripts\/(.*)\.ts$/, '$1')))
            throw new PageFault(`the command does not name ${path}`);
          return void (node.meta = 'frame="none"');
        }
        if (!isPlaceholder(node.value, path)) {
          throw new PageFault(`the block must hold one comment line that names ${path}`);
        }
        const text = readFileSync(join(root, path), 'utf8');
        const body = bodyOf(text, wired);
        const refused = /(^|\/)refused\/[^/]+$/.test(path);
        node.meta = `title="${refused ? `refused/${basename(path)}` : path}"`;
        node.value = refused ? body.split('\n').slice(1).join('\n') : body;
        if (refused) parent?.children.splice((index ?? 0) + 1, 0, reason(text, path, root));
      } catch (error) {
        if (!(error instanceof PageFault)) throw error;
        throw new PageFault(`${place(node, file, root)}: ${error.message}`);
      }
    });
  };
}

function inside(root: string, path: string, kind: 'file' | 'any'): void {
  if (path.startsWith('/') || path.split('/').includes('..')) {
    throw new PageFault(`${path} leaves the repository: name a path from its root`);
  }
  const target = join(root, path);
  if (!existsSync(target) || (kind === 'file' && !statSync(target).isFile())) {
    throw new PageFault(`no file ${path}`);
  }
}

/** Tell whether a block in the source is the one comment line that stands for its file. */
function isPlaceholder(value: string, path: string): boolean {
  return ['# ', '// '].some((comment) => value.trim() === comment + path);
}

function bodyOf(text: string, { path = '', region: name }: Fence): string {
  const body = name === undefined ? withoutMarkers(text) : region(text, name);
  if (body === undefined) throw new PageFault(`no region "${name}" in ${path}`);
  if (body.trim() === '') {
    throw new PageFault(
      name === undefined ? `${path} is empty` : `region "${name}" in ${path} is empty`,
    );
  }
  return body;
}

const marker = /^\s*(?:#|\/\/) ?#?(region|endregion)\b ?(.*?)\s*$/;

/** Return the lines between `# region name` and its `# endregion`, without indentation; nothing when there is none. */
export function region(text: string, name: string): string | undefined {
  const kept: string[] = [];
  let depth = 0;
  for (const line of text.split('\n')) {
    const [, word, named] = marker.exec(line) ?? [];
    if (depth === 0) {
      if (word === 'region' && named === name) depth = 1;
    } else if (word === 'region') depth += 1;
    else if (word === 'endregion') {
      depth -= 1;
      if (depth === 0) return dedent(kept);
    } else kept.push(line);
  }
  return undefined;
}

const withoutMarkers = (text: string): string =>
  dedent(text.split('\n').filter((line) => !marker.test(line)));

function dedent(lines: string[]): string {
  const indents = lines.filter((line) => line.trim()).map((line) => line.search(/\S/));
  const least = Math.min(...(indents.length > 0 ? indents : [0]));
  return lines
    .map((line) => line.slice(least).trimEnd())
    .join('\n')
    .replace(/^\n+|\n+$/g, '');
}

/**
 * Set what refuses a variant as the foot of its block: the message of a real API server where one is
 * recorded, else the part of it that the first comment line gives.
 */
function reason(text: string, path: string, root: string) {
  const line = /^# (?:refused by )?([^:]+): (.+)$/.exec(text.split('\n')[0] ?? '');
  if (line === null) {
    throw new PageFault(`${path}:1: the first line must be "# <check>: <message>", the reason`);
  }
  const [, check = '', part = ''] = line;
  const { refused } = readRefused(root);
  const message = refused.find(({ file }) => file === path)?.message ?? part;
  const escape = (words: string): string => words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const value =
    '<p class="refused-foot"><span class="verdict refused"><span class="mark refused" ' +
    `aria-hidden="true"></span>refused</span> by ${escape(check)}: <code>${escape(message)}</code></p>`;
  return { type: 'html' as const, value };
}
