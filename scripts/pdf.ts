import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { NodeCompiler, type NodeError } from '@myriaddreamin/typst-ts-node-compiler';
import { parse } from 'yaml';
import { recorded } from '../site/data/recorded.ts';
import { alternative, diagramFolder, diagramHash } from '../site/markdown/diagrams.ts';
import type { PageFault } from '../site/markdown/place.ts';
import { matrixCaption, writeMatrix } from '../whitepaper/pdf/write-matrix.ts';
import { plain, TypstWriter } from '../whitepaper/pdf/write-typst.ts';
import { readCatalog, SourceFault } from '../whitepaper/text/catalog.ts';
import { EvidenceFault, readEvidence } from '../evidence/read.ts';
import { expand } from '../whitepaper/text/expand.ts';
import { parseMarkdown } from '../whitepaper/text/markdown.ts';
import { main, Mistake } from './lib/main.ts';
import { relative, root } from './lib/paths.ts';

const help = `npm run pdf [-- --out <file>]   build the paper as PDF/UA-1 (default: dist/whitepaper.pdf)`;

const source = 'whitepaper/paper.md';
const mostPages = 10;
const fontFolders = ['400Regular', '400Regular_Italic', '600SemiBold', '600SemiBold_Italic'].map(
  (face) => `source-serif-4/${face}`,
);

/** Build the paper's PDF from whitepaper/paper.md; returns the number of pages. Throws a Mistake when it cannot. */
export function buildPdf({ out }: { out: string }): { pages: number } {
  const { front, date, typst } = mendable(typeset);
  const compiler = NodeCompiler.create({
    workspace: root,
    fontArgs: [
      {
        fontPaths: [...fontFolders, 'source-code-pro/400Regular'].map((path) =>
          join(root, 'node_modules', '@expo-google-fonts', path),
        ),
      },
    ],
  });
  const { year, month, day } = date;
  const mainFileContent = [
    '#import "/whitepaper/pdf/paper.typ": *',
    `#show: paper.with(title: ${string(front['title'])}, kind: ${string(front['kind'])},`,
    `  lead: ${string(front['lead'])}, status: ${string(front['status'])},`,
    `  head: "MCP Security Framework", note: "Not a CNCF publication",`,
    `  date: datetime(year: ${year}, month: ${month}, day: ${day}))`,
    typst,
  ].join('\n');
  const compiled = compiler.compile({ mainFileContent });
  const document = compiled.result;
  const problem = compiled.takeDiagnostics();
  if (document === null) throw new Mistake(`${source}: ${diagnostics(compiler, problem)}`);
  const pages = document.numOfPages;
  if (pages > mostPages) {
    throw new Mistake(`${source}: ${pages} pages, at most ${mostPages} allowed: shorten the text`);
  }
  write(out, pdf(compiler, document));
  return { pages };
}

/** Turn what is wrong in a source file into a mistake that is told in one line. */
function mendable<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof SourceFault || error instanceof EvidenceFault
      ? new Mistake(error.message)
      : error;
  }
}

/** Read the paper and write it as Typst. */
function typeset() {
  const file = readFileSync(join(root, source), 'utf8');
  const [block = '', yaml = ''] = /^---\n([\s\S]*?)\n---\n/.exec(file) ?? [];
  if (block === '') throw new Mistake(`${source}:1: no front matter`);
  // blank lines in its place keep line numbers true
  const tree = parseMarkdown(block.replace(/[^\n]+/g, '') + file.slice(block.length));
  const date = releaseDate(plain(tree.children));
  expand(tree, root, (reason, node) => {
    throw new Mistake(`${source}:${node.position?.start.line ?? 1}: ${reason}`);
  });
  const evidence = readEvidence(root);
  const writer = new TypstWriter({
    matrix: writeMatrix(evidence, readCatalog(root).groups, recorded(evidence.planes)),
    matrixCaption,
    diagram: (mermaid, line) => {
      const path = `${diagramFolder}/${diagramHash(mermaid)}.print.svg`;
      if (!existsSync(join(root, path))) {
        throw new Mistake(`${source}:${line}: no drawing ${path}: run npm run diagrams`);
      }
      try {
        return { path: `/${path}`, width: widthOf(join(root, path)), ...alternative(mermaid) };
      } catch (error) {
        throw new Mistake(`${source}:${line}: ${(error as PageFault).message}`);
      }
    },
  });
  return { front: parse(yaml) as Record<string, unknown>, date, typst: writer.write(tree) };
}

/** Labels of 14 px are printed at 8 pt, unless the drawing is wider than the text. */
function widthOf(svg: string): string {
  const [, pixels] = /<svg[^>]* width="([\d.]+)"/.exec(readFileSync(svg, 'utf8')) ?? [];
  return `${Math.min(414, Math.round((Number(pixels) * 8) / 14))}pt`;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The date in "Release Version: 0.1.0 (24 Nov 2026)": the document's own, so that bytes repeat. */
function releaseDate(text: string): { year: number; month: number; day: number } {
  const [, day, name = '', year] =
    /Release Version: \S+ \((\d+) (\w{3}) (\d{4})\)/.exec(text) ?? [];
  const month = months.indexOf(name) + 1;
  if (day === undefined || month === 0) {
    throw new Mistake(`${source}: "Release Version" has no date of the form "(24 Nov 2026)"`);
  }
  return { year: Number(year), month, day: Number(day) };
}

function pdf(compiler: NodeCompiler, document: Parameters<NodeCompiler['pdf']>[0]): Buffer {
  try {
    return compiler.pdf(document, { pdfStandard: 'ua-1' });
  } catch (error) {
    throw new Mistake(`${source}: not PDF/UA-1: ${String(error).split('\n')[0]}`);
  }
}

/** What Typst says against the text; it is our own writing, so that a reader rarely sees it. */
function diagnostics(compiler: NodeCompiler, problem: NodeError | null): string {
  const found =
    problem === null ? [] : (compiler.fetchDiagnostics(problem) as { message: string }[]);
  return found.map(({ message }) => message).join('; ') || 'Typst failed';
}

/** Write beside the target and rename, so that nothing half-written is left. */
function write(out: string, bytes: Buffer): void {
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(`${out}.part`, bytes);
  renameSync(`${out}.part`, out);
}

function string(value: unknown): string {
  return JSON.stringify(value ?? '');
}

if (import.meta.main) {
  await main(() => {
    const { values } = parseArgs({
      options: { out: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    });
    if (values.help) return console.log(help);
    const out = resolve(values.out ?? join(root, 'dist', 'whitepaper.pdf'));
    const { pages } = buildPdf({ out });
    console.log(`${relative(out)}, ${pages} pages`);
  });
}
