import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, YAMLParseError } from 'yaml';

export interface Threat {
  /** `MT-06`: stable. */
  id: string;
  title: string;
  description: string;
  /** An attack group, when attacks stand for this threat. */
  group?: string;
  /** Trust boundaries of the data-flow figure at which it arises. */
  boundaries: number[];
  stride: string[];
  /** The title of the paper's section that discusses it, where no recommendation answers it. */
  section?: string;
}

export interface Criterion {
  /** `C2`: stable. */
  id: string;
  title: string;
  question: string;
  /** The control of CoSAI’s §3.3.2 that asks for the same, and the first level that demands it. */
  cosai: { control: string; level: number };
}

export interface Recommendation {
  /** `R-07`: stable. */
  id: string;
  /** What follows "Consider", Markdown, without its full stop. */
  consider: string;
  /** What follows "because", Markdown, with its full stop. */
  because: string;
  /** What MCP demands of it under MUST, Markdown that ends with its citation. */
  required?: string;
  criteria: string[];
  threats: string[];
  /** The attacks that test it, by identifier; `untested` says what none of them tests. */
  attacks?: string[];
  untested?: string;
}

/** The CSL-JSON fields in use; `title-short` is what a note says. */
export interface Reference {
  id: string;
  type: string;
  number?: string;
  title: string;
  'title-short'?: string;
  'container-title'?: string;
  publisher?: string;
  /** Left out for pages that live on. */
  issued?: { 'date-parts': number[][] };
  URL: string;
}

export interface Catalog {
  groups: { id: string; title: string }[];
  threats: Threat[];
  criteria: Criterion[];
  recommendations: Recommendation[];
  references: Reference[];
}

/** The files of the catalog, each a list; a JSON Schema of the same name lies in `schemas/`. */
export const catalogFiles = [
  'groups',
  'threats',
  'criteria',
  'recommendations',
  'references',
] as const satisfies (keyof Catalog)[];

/** A file of the project that cannot be read: `file:line: what is wrong`. */
export class SourceFault extends Error {}

/**
 * Read the whole catalog; scripts/check-catalog.ts holds it to its schemas. `root` is the
 * repository's folder. Throws a SourceFault when a file is not a YAML list.
 */
export function readCatalog(root: string): Catalog {
  const read = (name: string): unknown => {
    const file = `whitepaper/catalog/${name}.yaml`;
    try {
      const entries: unknown = parse(readFileSync(join(root, file), 'utf8'));
      if (Array.isArray(entries)) return entries;
    } catch (error) {
      if (!(error instanceof YAMLParseError)) throw error;
      const [first = ''] = error.message.split(/ at line \d+/);
      throw new SourceFault(`${file}:${error.linePos?.[0].line ?? 1}: ${first}`);
    }
    throw new SourceFault(`${file}:1: must be a list of entries`);
  };
  return Object.fromEntries(catalogFiles.map((name) => [name, read(name)])) as unknown as Catalog;
}
