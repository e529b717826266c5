import { Mistake } from '../lib/main.ts';
import type { Node } from './convert.ts';

/** The schema of one kind. */
export interface KindSchema {
  group: string;
  version: string;
  kind: string;
  schema: Node;
}

/**
 * Make the schema of one kind of a converted type: whole in itself, `apiVersion` and `kind` exactly
 * those asked for.
 */
export function kindSchema(
  { group, version, kind }: Omit<KindSchema, 'schema'>,
  type: Node,
  definitions: Record<string, Node>,
): KindSchema {
  const apiVersion = group === '' ? version : `${group}/${version}`;
  const { properties, required = [] } = type as { properties: Node; required?: string[] };
  const schema = {
    $schema: 'http://json-schema.org/draft-04/schema#',
    ...type,
    properties: { ...properties, apiVersion: { enum: [apiVersion] }, kind: { enum: [kind] } },
    required: [...new Set([...required, 'apiVersion', 'kind', 'metadata'])],
    definitions: reachable(type, definitions),
  };
  return { group, version, kind, schema };
}

function reachable(type: Node, definitions: Record<string, Node>): Record<string, Node> {
  const found: Record<string, Node> = {};
  const todo = [type];
  for (let node = todo.pop(); node !== undefined; node = todo.pop()) {
    for (const [, name = ''] of JSON.stringify(node).matchAll(/"#\/definitions\/([^"]+)"/g)) {
      const definition = definitions[name];
      if (definition === undefined) throw new Mistake(`no type ${name} in the OpenAPI document`);
      if (found[name] === undefined) todo.push((found[name] = definition));
    }
  }
  return found;
}
