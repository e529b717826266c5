import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { Mistake } from '../lib/main.ts';
import { convertResource, type Node } from './convert.ts';
import { kindSchema, type KindSchema } from './kind-schema.ts';

/** What is read of a CustomResourceDefinition (apiextensions.k8s.io/v1). */
export interface Definition {
  kind: 'CustomResourceDefinition';
  metadata: { name: string };
  spec: {
    group: string;
    names: { kind: string };
    versions: { name: string; served: boolean; schema: { openAPIV3Schema: Node } }[];
  };
}

/** Read the CustomResourceDefinitions in the YAML files of a folder that a pattern matches. */
export function readDefinitions(folder: string, pattern: string): Definition[] {
  const objects = globSync(pattern, { cwd: folder })
    .sort()
    .flatMap((file) =>
      [...parseAllDocuments(readFileSync(join(folder, file), 'utf8'))].map((document) => {
        const [error] = document.errors;
        if (error !== undefined) throw new Mistake(`${join(folder, file)}: ${error.message}`);
        return document.toJS() as { kind?: string } | null;
      }),
    );
  const definitions = objects.filter(
    (object): object is Definition => object?.kind === 'CustomResourceDefinition',
  );
  if (definitions.length > 0) return definitions;
  throw new Mistake(`${folder}: no CustomResourceDefinition in ${pattern}`);
}

/** The schema of a custom resource in each version that the API server serves. */
export function customKinds(
  { metadata, spec }: Definition,
  coreTypes: Record<string, Node>,
): KindSchema[] {
  const { group, names, versions } = spec;
  return versions
    .filter(({ served }) => served)
    .map(({ name: version, schema }) => {
      const type = convertResource(schema.openAPIV3Schema, `${metadata.name} ${version}`);
      return kindSchema({ group, version, kind: names.kind }, type, coreTypes);
    });
}
