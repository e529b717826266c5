// Prevents a settings file that builds and protects nothing: a URL that a gateway would route
// elsewhere, a scope that no token holds, a misspelt setting whose default then stays. Checks every
// settings file of the project, or those named.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ErrorObject } from 'ajv';
import type { Document } from 'yaml';
import { main } from './lib/main.ts';
import { root } from './lib/paths.ts';
import { report, type Problem } from './lib/problems.ts';
import { projectFiles } from './lib/scratch.ts';
import { offsetOf, readYaml } from './lib/yaml-file.ts';

interface Settings {
  spec: {
    scopes: string;
    tools: Record<string, string>;
    gate: { port: number };
    server?: { port: number };
  };
}

/** A setting that is wrong, and why. */
type Finding = [path: string[], text: string];

const schema = readFileSync(join(root, 'manifests/settings/settings.schema.json'), 'utf8');
const fitsSchema = new Ajv({ allErrors: true, verbose: true }).compile<Settings>(
  JSON.parse(schema) as object,
);

function checkSettings(name: string): Problem[] {
  const { documents, problems, line } = readYaml(name);
  if (problems.length > 0) return problems;
  const [document] = documents;
  if (document === undefined) return [{ file: name, text: 'holds no settings' }];
  return judge(document).map(([path, text]) => ({
    file: name,
    line: line(offsetOf(document, path)),
    text: `${path.join('.') || 'the file'}${text}`,
  }));
}

function judge(document: Document.Parsed): Finding[] {
  const settings: unknown = document.toJS();
  if (!fitsSchema(settings)) {
    return (fitsSchema.errors ?? [])
      .filter(({ keyword }) => keyword !== 'propertyNames')
      .map((error) => [readPointer(error.instancePath), explain(error)]);
  }
  const { scopes, tools, gate, server } = settings.spec;
  const known = scopes.split(' ');
  const findings: Finding[] = Object.entries(tools)
    .filter(([, scope]) => !known.includes(scope))
    .map(([tool, scope]) => [
      ['spec', 'tools', tool],
      ` is "${scope}": write one of spec.scopes (${scopes})`,
    ]);
  if (new Set(known).size < known.length) {
    findings.push([['spec', 'scopes'], ' names a scope twice: write each once']);
  }
  if (server?.port === gate.port) {
    const text = ` is ${gate.port}, as spec.server.port: write another, both listen in one pod`;
    findings.push([['spec', 'gate', 'port'], text]);
  }
  return findings;
}

/** Split a JSON Pointer (RFC 6901). */
function readPointer(pointer: string): string[] {
  const parts = pointer.split('/').slice(1);
  return parts.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** Say what the schema refused in the words of its descriptions. */
function explain({ keyword, params, propertyName, data, parentSchema, message }: ErrorObject) {
  const { description } = (parentSchema ?? {}) as { description?: string };
  if (keyword === 'required') return ` lacks "${params['missingProperty']}"`;
  if (keyword === 'additionalProperties') return ` knows no "${params['additionalProperty']}"`;
  if (keyword === 'const') return ` must be ${JSON.stringify(params['allowedValue'])}`;
  const value = JSON.stringify(propertyName ?? data);
  return ` is ${value}: write ${description ?? message}`;
}

await main(() => {
  const named = process.argv.slice(2);
  const names =
    named.length > 0
      ? named
      : projectFiles().filter((name) => /^(manifests|test).*\/settings\.yaml$/.test(name));
  report('settings files', names.length, names.flatMap(checkSettings));
});
