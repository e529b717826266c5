import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { convertType, type Node } from './convert.ts';
import { kindSchema, type KindSchema } from './kind-schema.ts';

/** Types that hold any JSON object by design (k8s.io/apimachinery). */
const freeForm = [
  'io.k8s.apimachinery.pkg.runtime.RawExtension',
  'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1',
];

/** The schema of each kind that the OpenAPI v3 documents in the source of Kubernetes define. */
export function coreKinds(source: string): KindSchema[] {
  const folder = join(source, 'api', 'openapi-spec', 'v3');
  return readdirSync(folder).flatMap((file) => {
    const match = /^(?:api|apis__([^_]+))__([^_]+)_openapi\.json$/.exec(file);
    if (match === null) return [];
    const [, group = '', version = ''] = match;
    const types = readTypes(join(folder, file));
    const definitions = convertTypes(types);
    return Object.entries(types).flatMap(([name, type]) =>
      kindsOf(type, group, version).map((kind) =>
        kindSchema({ group, version, kind }, definitions[name] as Node, definitions),
      ),
    );
  });
}

/** The types that the kinds of custom resources share with the core kinds. */
export function coreTypes(source: string): Record<string, Node> {
  return convertTypes(readTypes(join(source, 'api/openapi-spec/v3/api__v1_openapi.json')));
}

/** Convert the types of one OpenAPI v3 document to strict draft-04 definitions. */
export function convertTypes(types: Record<string, Node>): Record<string, Node> {
  return Object.fromEntries(
    Object.entries(types).map(([name, type]) => [
      name,
      freeForm.includes(name) ? { type: 'object' } : convertType(type, name),
    ]),
  );
}

function readTypes(file: string): Record<string, Node> {
  const document = JSON.parse(readFileSync(file, 'utf8')) as {
    components?: { schemas?: Record<string, Node> };
  };
  return document.components?.schemas ?? {};
}

/** The kinds that a type is in this group and version; lists and options have no own metadata. */
function kindsOf(type: Node, group: string, version: string): string[] {
  const metadata = (type['properties'] as Node | undefined)?.['metadata'];
  if (metadata === undefined) return [];
  const kinds = (type['x-kubernetes-group-version-kind'] ?? []) as Record<string, string>[];
  return kinds
    .filter((kind) => kind['group'] === group && kind['version'] === version)
    .map((kind) => kind['kind'] ?? '');
}
