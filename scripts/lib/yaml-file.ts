import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { isMap, LineCounter, parseAllDocuments, type Document } from 'yaml';
import { Mistake } from './main.ts';
import { root } from './paths.ts';
import type { Problem } from './problems.ts';

/** A YAML file whose places can be named; what does not parse stands in `problems` and not in `documents`. */
export interface YamlFile {
  name: string;
  text: string;
  documents: Document.Parsed[];
  problems: Problem[];
  /** Name the line of an offset in the text. */
  line: (offset: number) => number;
}

/** Read a YAML file, named from the root, with every error that the parser finds. */
export function readYaml(name: string): YamlFile {
  let text: string;
  try {
    text = readFileSync(resolve(root, name), 'utf8');
  } catch (error) {
    throw new Mistake(`${name}: cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
  const lines = new LineCounter();
  const line = (offset: number) => lines.linePos(offset).line;
  const documents = [...parseAllDocuments(text, { lineCounter: lines })] as Document.Parsed[];
  const problems = documents.flatMap(({ errors }) =>
    errors.map((error) => ({
      file: name,
      line: line(error.pos[0]),
      text: (error.message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:$/, ''),
    })),
  );
  return { name, text, documents: problems.length > 0 ? [] : documents, problems, line };
}

/** Where a key lies in a document; of a key that is not there, where its parent lies. */
export function offsetOf(document: Document.Parsed, path: readonly string[]): number {
  if (path.length === 0) return document.range[0];
  const parent = document.getIn(path.slice(0, -1), true);
  const pair = isMap(parent) && parent.items.find(({ key }) => String(key) === path.at(-1));
  const key = (pair && pair.key) as { range?: [number, number, number] } | false | undefined;
  return (key && key.range?.[0]) || offsetOf(document, path.slice(0, -1));
}
