import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from '../lib/children.ts';
import { Mistake } from '../lib/main.ts';
import { cacheDir } from '../lib/paths.ts';
import { convertTypes, kindSchema, type Node } from './convert.ts';
import { minors, type Minor, type MinorName } from './kubernetes.ts';
import { makeOnce } from './make-once.ts';
import { onPath } from './on-path.ts';
import { progress } from './progress.ts';

/** What kubeconform calls group, kind and version; the group of the core kinds is their version. */
const template = '{{ .Group }}/{{ .ResourceKind }}_{{ .ResourceAPIVersion }}.json';

/** Return kubeconform's -schema-location for a Kubernetes minor, converting its schemas once. */
export async function schemas(name: MinorName): Promise<string> {
  const minor: Minor = minors[name];
  const converter = ['convert.ts', 'schemas.ts']
    .map((file) => readFileSync(join(import.meta.dirname, file), 'utf8'))
    .join('\0');
  const key = createHash('sha256').update(minor.sum).update(converter).digest('hex').slice(0, 16);
  const folder = await makeOnce(
    join(cacheDir, 'schemas', `kubernetes-${minor.version}-${key}`),
    (draft) =>
      progress(`reading the schemas of Kubernetes ${minor.version}`, async () => {
        const source = await moduleFolder('k8s.io/kubernetes', minor.version, minor.sum);
        writeSchemas(join(source, 'api', 'openapi-spec', 'v3'), draft);
      }),
  );
  return join(folder, template);
}

/** Return the folder of a Go module of which the checksum is known. */
export async function moduleFolder(path: string, version: string, sum: string): Promise<string> {
  const module = `${path}@${version}`;
  const go = onPath('go');
  if (go === undefined) throw new Mistake(`${module} cannot be fetched: install Go 1.26 or later`);
  const { code, stdout, stderr } = await run(go, ['mod', 'download', '-json', module], {
    cwd: cacheDir,
    env: { ...process.env, GOWORK: 'off' },
  });
  const answer = JSON.parse(stdout || '{}') as { Dir?: string; Sum?: string; Error?: string };
  if (code !== 0 || answer.Dir === undefined) {
    throw new Mistake(`${module} was not fetched: ${answer.Error ?? stderr.trim()}`);
  }
  if (answer.Sum !== sum) {
    throw new Mistake(`${module} has the checksum ${answer.Sum}, not ${sum}: do not use it`);
  }
  return answer.Dir;
}

/** Write one schema for each kind that the OpenAPI v3 documents of a folder define. */
function writeSchemas(source: string, target: string): void {
  let written = 0;
  for (const file of readdirSync(source)) {
    const match = /^(?:api|apis__([^_]+))__([^_]+)_openapi\.json$/.exec(file);
    if (match === null) continue;
    const [, group = '', version = ''] = match;
    const apiVersion = group === '' ? version : `${group}/${version}`;
    const types = readTypes(join(source, file));
    const definitions = convertTypes(types);
    for (const [name, type] of Object.entries(types)) {
      for (const kind of kindsOf(type, group, version)) {
        const schema = kindSchema(name, apiVersion, kind, definitions);
        const path = join(target, group || version, `${kind.toLowerCase()}_${version}.json`);
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, JSON.stringify(schema));
        written += 1;
      }
    }
  }
  if (written === 0) throw new Mistake(`no schema found in ${source}`);
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
