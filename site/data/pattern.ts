import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'astro/zod';
import { isNode, LineCounter, parseDocument } from 'yaml';
import { root } from './project.ts';

const minor = z.string().regex(/^\d+\.\d+$/, 'a quoted minor version such as "1.31"');

/** Front matter of patterns/<id>/index.md: what a person types; everything else on the page is derived. */
export const pattern = z.strictObject({
  title: z.string(),
  description: z.string(),
  summary: z.string(),
  level: z.enum(['basic', 'advanced']),
  area: z.string(),
  criteria: z.array(z.string().regex(/^C\d+$/, 'a criterion such as C2')).min(1),
  components: z
    .array(
      z.strictObject({
        project: z.string(),
        maturity: z.string(),
        version: z.string(),
        install: z.string(),
        check: z.string(),
      }),
    )
    .min(1),
  kubernetes: minor,
  kubectl: minor,
});

/** Front matter of whitepaper/paper.md. */
export const paper = z.strictObject({
  title: z.string(),
  description: z.string(),
  kind: z.string(),
  lead: z.string(),
  status: z.string(),
});

export type Pattern = z.infer<typeof pattern> & { id: string };

/** Return one line per fault in a page's front matter: `file:line: field: what is wrong`. */
export function frontMatterFaults(path: string, source: string, schema: z.ZodType): string[] {
  const block = /^---\n([\s\S]*?\n)---\n/.exec(source)?.[1];
  if (block === undefined) return [`${path}:1: no front matter between two lines of ---`];
  const lines = new LineCounter();
  const document = parseDocument(block, { lineCounter: lines });
  const [broken] = document.errors;
  if (broken !== undefined) {
    const line = lines.linePos(broken.pos[0]).line + 1;
    return [`${path}:${line}: front matter is not YAML: ${broken.message.split('\n')[0]}`];
  }
  const parsed = schema.safeParse(document.toJS());
  return (parsed.error?.issues ?? []).map(({ path: fields, message }) => {
    const field = fields.length > 0 ? `${fields.join('.')}: ` : '';
    return `${path}:${lineOf(fields)}: ${field}${message.replace(/^.*received undefined$/, 'is missing')}`;
  });

  /** The line of a field, or of the nearest thing around it that is there. */
  function lineOf(fields: readonly PropertyKey[]): number {
    if (fields.length === 0) return 1;
    const node: unknown = document.getIn(fields, true);
    return isNode(node) && node.range
      ? lines.linePos(node.range[0]).line + 1
      : lineOf(fields.slice(0, -1));
  }
}

/** Read the front matter of every pattern page, Basic before Advanced, then by title. */
export function patterns(): Pattern[] {
  const found: Pattern[] = [];
  for (const entry of readdirSync(join(root, 'patterns'), { withFileTypes: true })) {
    const path = `patterns/${entry.name}/index.md`;
    const source = entry.isDirectory() ? readIfPresent(join(root, path)) : undefined;
    if (source === undefined) continue;
    const faults = frontMatterFaults(path, source, pattern);
    if (faults.length > 0) throw new Error(faults.join('\n'));
    const block = /^---\n([\s\S]*?\n)---\n/.exec(source)?.[1] ?? '';
    found.push({ id: entry.name, ...pattern.parse(parseDocument(block).toJS()) });
  }
  const rank = ({ level }: Pattern): number => (level === 'basic' ? 0 : 1);
  return found.sort((a, b) => rank(a) - rank(b) || a.title.localeCompare(b.title));
}

function readIfPresent(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
