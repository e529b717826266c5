import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Mistake } from '../lib/main.ts';
import { cacheDir } from '../lib/paths.ts';
import { coreKinds, coreTypes } from './core-kinds.ts';
import { crdModules } from './crd-modules.ts';
import { customKinds, readDefinitions } from './custom-kinds.ts';
import { moduleFolder } from './go-module.ts';
import type { KindSchema } from './kind-schema.ts';
import { minors, type Minor, type MinorName } from './kubernetes.ts';
import { makeOnce } from './make-once.ts';
import { progress } from './progress.ts';

/** What kubeconform calls group, kind and version; the group of the core kinds is their version. */
const template = '{{ .Group }}/{{ .ResourceKind }}_{{ .ResourceAPIVersion }}.json';

const converter = [
  ...['convert.ts', 'core-kinds.ts', 'custom-kinds.ts', 'kind-schema.ts', 'schemas.ts'],
].map((file) => readFileSync(join(import.meta.dirname, file), 'utf8'));

/** Return kubeconform's -schema-location for a Kubernetes minor, converting its schemas once. */
export async function schemas(name: MinorName): Promise<string> {
  const minor: Minor = minors[name];
  const inputs = JSON.stringify([minor.version, minor.sum, crdModules, converter]);
  const key = createHash('sha256').update(inputs).digest('hex').slice(0, 16);
  const folder = await makeOnce(
    join(cacheDir, 'schemas', `kubernetes-${minor.version}-${key}`),
    (draft) =>
      progress(`reading the schemas of Kubernetes ${minor.version} and the custom resources`, () =>
        writeSchemas(minor, draft),
      ),
  );
  return join(folder, template);
}

async function writeSchemas({ version, sum }: Minor, target: string): Promise<void> {
  const kubernetes = await moduleFolder('k8s.io/kubernetes', version, sum);
  const core = coreKinds(kubernetes);
  if (core.length === 0) throw new Mistake(`no schema found in ${kubernetes}`);
  for (const schema of core) writeSchema(schema, target);
  const types = coreTypes(kubernetes);
  for (const { module, version, sum, files } of crdModules) {
    const definitions = readDefinitions(await moduleFolder(module, version, sum), files);
    for (const schema of definitions.flatMap((definition) => customKinds(definition, types))) {
      writeSchema(schema, target);
    }
  }
}

function writeSchema({ group, version, kind, schema }: KindSchema, target: string): void {
  const path = join(target, group || version, `${kind.toLowerCase()}_${version}.json`);
  if (existsSync(path)) throw new Mistake(`two modules define ${kind} ${group}/${version}`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify(schema));
}
