import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

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
}

export interface Criterion {
  /** `C2`: stable. */
  id: string;
  title: string;
  question: string;
}

export interface Recommendation {
  /** `R-07`: stable. */
  id: string;
  /** What follows "Consider", Markdown, without its full stop. */
  consider: string;
  /** What follows "because", Markdown, with its full stop. */
  because: string;
  criteria: string[];
  threats: string[];
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

/** Read the whole catalog as it is; scripts/check-catalog.ts holds it to its schemas. */
export function readCatalog(root: string): Catalog {
  const read = (name: string): unknown =>
    parse(readFileSync(join(root, 'whitepaper', 'catalog', `${name}.yaml`), 'utf8'));
  return Object.fromEntries(catalogFiles.map((name) => [name, read(name)])) as unknown as Catalog;
}
