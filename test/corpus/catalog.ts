import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

const named = z.array(z.looseObject({ id: z.string(), title: z.string() })).min(1);
const threats = z
  .array(z.looseObject({ id: z.string(), title: z.string(), group: z.string().optional() }))
  .min(1);
const frontMatter = z.looseObject({ criteria: z.array(z.string()).min(1) });

/** The names that attacks and planes refer to. */
export interface Catalog {
  /** In the order of the matrix. */
  groups: { id: string; title: string }[];
  /** The group of each threat that is tried. */
  groupOf: Map<string, string>;
  criteria: Set<string>;
}

/** Read groups, threats and criteria. */
export function readCatalog(root: string): Catalog {
  const read = (name: string): unknown =>
    parse(readFileSync(join(root, 'whitepaper', 'catalog', `${name}.yaml`), 'utf8'));
  return {
    groups: named.parse(read('groups')),
    groupOf: new Map(
      threats
        .parse(read('threats'))
        .flatMap(({ id, group }): [string, string][] => (group === undefined ? [] : [[id, group]])),
    ),
    criteria: new Set(named.parse(read('criteria')).map(({ id }) => id)),
  };
}

/** Return what a plane claims: the criteria in the front matter of its patterns. */
export function claimsOf(patterns: readonly string[], root: string): Set<string> {
  return new Set(
    patterns.flatMap((pattern) => {
      const page = readFileSync(join(root, 'patterns', pattern, 'index.md'), 'utf8');
      const [, yaml = ''] = /^---\n(.*?)\n---\n/s.exec(page) ?? [];
      return frontMatter.parse(parse(yaml)).criteria;
    }),
  );
}
