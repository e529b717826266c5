import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './children.ts';
import { Mistake } from './main.ts';
import { root } from './paths.ts';

/**
 * Take out what differs from run to run, and nothing else: tokens, what a grant makes up, and ports,
 * which are numbered in the order met so that one address stays one address.
 */
export function maskOutput(output: string): string {
  const ports = new Map<string, string>();
  return output
    .replaceAll(/eyJ[\w-]+\.[\w-]+\.[\w-]*/g, 'eyJ…')
    .replaceAll(/\b(code|state|code_challenge)=[\w-]+/g, '$1=…')
    .replaceAll(/(127\.0\.0\.1):(\d+)/g, (_, host: string, port: string) => {
      if (!ports.has(port)) ports.set(port, `port${ports.size + 1}`);
      return `${host}:${ports.get(port)}`;
    });
}

/** List the programs that a page says to run, each once. */
export function listSnippets(): string[] {
  const pages = globSync('patterns/*/index.md', { cwd: root });
  const named = pages.flatMap((page) =>
    [...readFileSync(join(root, page), 'utf8').matchAll(/\brun=(patterns\/\S+\.ts)/g)].map(
      ([, path = '']) => path,
    ),
  );
  return [...new Set(named)].sort();
}

/** Name the file that holds what a snippet printed. */
export function outputFile(snippet: string): string {
  return snippet.replace(/\.ts$/, '.out');
}

/** Run a snippet and return what it printed, masked; anything but a clean end is a mistake. */
export async function runSnippet(snippet: string): Promise<string> {
  const { code, stdout, stderr } = await run(process.execPath, [join(root, snippet)], {
    timeoutMs: 60_000,
  });
  if (code === 0 && stderr === '') return maskOutput(stdout);
  const [line = `ended with ${code}`] = stderr.split('\n').filter((each) => /\w/.test(each));
  throw new Mistake(`${snippet}: ${line} (node ${snippet} shows all of it)`);
}

/** Write what every snippet prints beside it, only when all of them ran; returns the files. */
export async function recordSnippets(): Promise<string[]> {
  const outputs = new Map<string, string>();
  for (const snippet of listSnippets()) {
    outputs.set(outputFile(snippet), await runSnippet(snippet));
  }
  for (const [file, output] of outputs) writeFileSync(join(root, file), output);
  return [...outputs.keys()];
}
