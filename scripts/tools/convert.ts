import { Mistake } from '../lib/main.ts';

/** A node of an OpenAPI v3 document, or of JSON Schema. */
export interface Node {
  [keyword: string]: unknown;
}

/** The type that holds the metadata of every object. */
const objectMeta = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

/** Keywords that mean the same in OpenAPI 3.0 and JSON Schema draft-04. */
const same = new Set([
  ...['type', 'format', 'enum', 'pattern', 'minLength', 'maxLength'],
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  ...['minItems', 'maxItems', 'uniqueItems', 'minProperties', 'maxProperties'],
]);

/** Keywords that constrain nothing, or nothing that JSON Schema can say. */
const silent = new Set([
  ...['title', 'description', 'default', 'example', 'externalDocs'],
  ...['x-kubernetes-group-version-kind', 'x-kubernetes-unions', 'x-kubernetes-map-type'],
  ...['x-kubernetes-list-map-keys', 'x-kubernetes-patch-merge-key', 'x-kubernetes-patch-strategy'],
  // CEL is evaluated by the API server alone: what only its rules refuse, kubeconform accepts
  'x-kubernetes-validations',
]);

/** Keywords that are read together with the others of their node. */
const joint = new Set([
  ...['nullable', 'x-kubernetes-preserve-unknown-fields', 'x-kubernetes-embedded-resource'],
]);

/** How the nodes of a document are read. */
interface Reading {
  /** An object admits the properties that it names and no other. */
  closes: boolean;
  /** What has a default may be left out, although it is required. */
  defaulted: boolean;
}

/** Convert a type of the core, where `default` is the zero value of its Go field. */
export function convertType(node: Node, where: string): Node {
  return convert(node, where, { closes: true, defaulted: false });
}

/** Convert a custom resource, to which the API server adds defaults before it validates. */
export function convertResource(node: Node, where: string): Node {
  // the root gains what a resource within a resource gains
  const root = { ...node, 'x-kubernetes-embedded-resource': true };
  return convert(root, where, { closes: true, defaulted: true });
}

function convert(node: Node, where: string, reading: Reading): Node {
  if (typeof node['$ref'] === 'string') {
    return { $ref: node['$ref'].replace('#/components/schemas/', '#/definitions/') };
  }
  // a node within allOf, anyOf, oneOf or not constrains what stands outside
  const part = (inner: Node, at: string) => convert(inner, at, { ...reading, closes: false });
  const out: Node = {};
  for (const [keyword, value] of Object.entries(node)) {
    const inner = `${where}.${keyword}`;
    if (same.has(keyword)) {
      out[keyword] = value;
    } else if (keyword === 'required') {
      const needed = (value as string[]).filter(
        (name) => !reading.defaulted || !hasDefault(node, name),
      );
      if (needed.length > 0) out[keyword] = needed;
    } else if (keyword === 'properties') {
      out[keyword] = mapValues(value as Record<string, Node>, (property, name) =>
        convert(property, `${where}.${name}`, reading),
      );
    } else if (keyword === 'additionalProperties' && typeof value === 'boolean') {
      out[keyword] = value;
    } else if (keyword === 'items' || keyword === 'additionalProperties') {
      out[keyword] = convert(value as Node, inner, reading);
    } else if (keyword === 'not') {
      out[keyword] = part(value as Node, inner);
    } else if (keyword === 'allOf' || keyword === 'anyOf' || keyword === 'oneOf') {
      out[keyword] = (value as Node[]).map((branch) => part(branch, inner));
    } else if (keyword === 'x-kubernetes-list-type') {
      if (value === 'set') out['uniqueItems'] = true;
    } else if (keyword === 'x-kubernetes-int-or-string') {
      out['type'] = ['integer', 'string'];
    } else if (!joint.has(keyword) && !silent.has(keyword)) {
      throw new Mistake(
        `${where}: keyword "${keyword}" is not converted: see scripts/tools/convert.ts`,
      );
    }
  }
  if (node['x-kubernetes-embedded-resource'] === true) {
    embed(out, part(metadataOf(node), `${where}.metadata`));
  }
  const free = node['x-kubernetes-preserve-unknown-fields'] === true;
  if (reading.closes && node['type'] === 'object' && !free) out['additionalProperties'] ??= false;
  return isNullable(node) ? { anyOf: [{ type: 'null' }, out] } : out;
}

/** Make a node an object of its own, with the metadata that every object has. */
function embed(out: Node, metadata: Node): void {
  out['properties'] = {
    apiVersion: { type: 'string' },
    kind: { type: 'string' },
    ...(out['properties'] as Node | undefined),
    metadata: { allOf: [{ $ref: `#/definitions/${objectMeta}` }, metadata] },
  };
  const required = (out['required'] ?? []) as string[];
  out['required'] = [...new Set([...required, 'apiVersion', 'kind'])];
}

function metadataOf(node: Node): Node {
  return (node['properties'] as Record<string, Node> | undefined)?.['metadata'] ?? {};
}

function hasDefault(node: Node, name: string): boolean {
  const property = (node['properties'] as Record<string, Node> | undefined)?.[name];
  return property?.['default'] !== undefined;
}

/** Null passes as the API server lets it pass: the values of an enum must name it too. */
function isNullable({ nullable, enum: values }: Node): boolean {
  return nullable === true && (!Array.isArray(values) || values.includes(null));
}

function mapValues<In, Out>(
  record: Record<string, In>,
  change: (value: In, key: string) => Out,
): Record<string, Out> {
  return Object.fromEntries(
    Object.entries(record).map(([key, value]) => [key, change(value, key)]),
  );
}
