import { Mistake } from '../lib/main.ts';

/** A node of an OpenAPI v3 document, or of JSON Schema. */
export interface Node {
  [keyword: string]: unknown;
}

/** Keywords that mean the same in OpenAPI 3.0 and JSON Schema draft-04. */
const same = new Set(['type', 'format', 'required']);
/** Keywords that constrain nothing. */
const silent = new Set(['description', 'default']);
/** Types that hold any JSON object by design (k8s.io/apimachinery and apiextensions). */
const freeForm = [
  'io.k8s.apimachinery.pkg.runtime.RawExtension',
  'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1',
];

/** Convert the types of one OpenAPI v3 document to strict draft-04 definitions. */
export function convertTypes(types: Record<string, Node>): Record<string, Node> {
  return Object.fromEntries(
    Object.entries(types).map(([name, type]) => [
      name,
      freeForm.includes(name) ? { type: 'object' } : convert(type, name),
    ]),
  );
}

/** Convert one node: an object admits the properties that it names and no other. */
function convert(node: Node, where: string): Node {
  if (typeof node['$ref'] === 'string') {
    return { $ref: node['$ref'].replace('#/components/schemas/', '#/definitions/') };
  }
  const out: Node = {};
  for (const [keyword, value] of Object.entries(node)) {
    const inner = `${where}.${keyword}`;
    if (same.has(keyword)) out[keyword] = value;
    else if (keyword === 'items' || keyword === 'additionalProperties') {
      out[keyword] = convert(value as Node, inner);
    } else if (keyword === 'allOf' || keyword === 'oneOf') {
      out[keyword] = (value as Node[]).map((part) => convert(part, inner));
    } else if (keyword === 'properties') {
      out[keyword] = Object.fromEntries(
        Object.entries(value as Record<string, Node>).map(([name, property]) => [
          name,
          convert(property, `${where}.${name}`),
        ]),
      );
    } else if (keyword === 'x-kubernetes-list-type') {
      if (value === 'set') out['uniqueItems'] = true;
    } else if (!silent.has(keyword) && !keyword.startsWith('x-kubernetes-')) {
      throw new Mistake(
        `${where}: keyword "${keyword}" is not converted: see scripts/tools/convert.ts`,
      );
    }
  }
  if (node['type'] === 'object') out['additionalProperties'] ??= false;
  return out;
}

/** The schema of one kind: whole in itself, `apiVersion` and `kind` exactly those asked for. */
export function kindSchema(
  name: string,
  apiVersion: string,
  kind: string,
  definitions: Record<string, Node>,
): Node {
  const type = definitions[name] as Node & { properties: Node; required?: string[] };
  return {
    $schema: 'http://json-schema.org/draft-04/schema#',
    ...type,
    properties: { ...type.properties, apiVersion: { enum: [apiVersion] }, kind: { enum: [kind] } },
    required: [...new Set([...(type.required ?? []), 'apiVersion', 'kind', 'metadata'])],
    definitions: reachable(type, definitions),
  };
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
