// Prevents a settings file that builds and protects nothing: a URL that a gateway would route
// elsewhere, a scope that no token holds, a misspelt setting whose default then stays. Checks every
// settings file of the project; of those named, also that nothing in them is still the example's.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { Ajv, type ErrorObject } from 'ajv';
import { isMap, type Document } from 'yaml';
import { findMetadata, type Block } from './lib/address-blocks.ts';
import { main } from './lib/main.ts';
import { root } from './lib/paths.ts';
import { report, type Problem } from './lib/problems.ts';
import { projectFiles } from './lib/scratch.ts';
import { offsetOf, readYaml } from './lib/yaml-file.ts';

const help = `npm run check-settings [-- <file> …]   check the settings before you build

example: npm run check-settings -- settings.yaml`;

interface Settings {
  spec: {
    scopes: string;
    tools: Record<string, string>;
    gate: { image: string; port: number };
    server?: { image: string; port: number };
    registries?: string;
    gateway?: { scopes: string[] };
    authorizationServer?: { peers: { ipBlock?: Block }[] };
  };
}

/** A setting that is wrong, and why. */
type Finding = [path: string[], text: string];

const schema = readFileSync(join(root, 'manifests/settings/settings.schema.json'), 'utf8');
const fitsSchema = new Ajv({ allErrors: true, verbose: true }).compile<Settings>(
  JSON.parse(schema) as object,
);

/** Check a settings file, named from the root. */
function checkSettings(name: string): Problem[] {
  return checkFile(name, judge);
}

/** Check a reader's settings file, named from where the command was typed. */
function checkOwn(name: string): Problem[] {
  const path = resolve(process.env['INIT_CWD'] ?? process.cwd(), name);
  const problems = checkFile(path, (document) => [...judge(document), ...findExamples(document)]);
  return problems.map((problem) => ({ ...problem, file: name }));
}

function checkFile(name: string, find: (document: Document.Parsed) => Finding[]): Problem[] {
  const { documents, problems, line } = readYaml(name);
  if (problems.length > 0) return problems;
  const [document] = documents;
  if (document === undefined) return [{ file: name, text: 'holds no settings' }];
  return find(document).map(([path, text]) => ({
    file: name,
    line: line(offsetOf(document, path)),
    text: `${path.join('.') || 'the file'}${text}`,
  }));
}

/** Find what nobody but the example can mean: its addresses, its images, its whole server. */
function findExamples(document: Document.Parsed): Finding[] {
  const [example] = readYaml('manifests/settings/settings.yaml').documents;
  const read = (from: Document.Parsed | undefined, setting: string): unknown => {
    const value = from?.getIn(['spec', ...setting.split('.')]);
    return isMap(value) ? value.toJSON() : value;
  };
  const isExample = (setting: string) =>
    isDeepStrictEqual(read(document, setting), read(example, setting));
  const isExampleImage = (setting: string) =>
    String(read(document, setting)).startsWith('registry.example.com/');
  const settings = [
    'resource',
    'issuer',
    'jwks',
    'authorizationServer',
    'registries',
    'gateway.origin',
    'server',
  ];
  const found = settings.filter(isExample);
  const images = found.includes('server') ? ['gate.image'] : ['gate.image', 'server.image'];
  return [...found, ...images.filter(isExampleImage)].map((setting) => [
    ['spec', ...setting.split('.')],
    ` is still the example's: ${setting === 'server' ? 'leave it out, or ' : ''}write yours`,
  ]);
}

function judge(document: Document.Parsed): Finding[] {
  const settings: unknown = document.toJS();
  if (!fitsSchema(settings)) {
    return (fitsSchema.errors ?? [])
      .filter(({ keyword }) => keyword !== 'propertyNames')
      .map((error) => [readPointer(error.instancePath), explain(error)]);
  }
  const { scopes, tools, gate, gateway, server, registries, authorizationServer } = settings.spec;
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
  for (const [name, image] of Object.entries({ gate: gate.image, server: server?.image })) {
    const begins = registries?.split(' ').some((registry) => image?.startsWith(registry));
    if (image === undefined || begins !== false) continue;
    const text = ` is "${image}", which begins with none of spec.registries: add its registry`;
    findings.push([['spec', name, 'image'], text]);
  }
  authorizationServer?.peers.forEach(({ ipBlock }, index) => {
    const text = ipBlock && findMetadata(ipBlock);
    if (text === undefined) return;
    const path = ['spec', 'authorizationServer', 'peers', String(index), 'ipBlock', 'cidr'];
    findings.push([path, ` is ${ipBlock?.cidr}${text}`]);
  });
  if (gateway !== undefined && !isDeepStrictEqual(gateway.scopes, known)) {
    const text = ` are not the words of spec.scopes: write [${known.join(', ')}]`;
    findings.push([['spec', 'gateway', 'scopes'], text]);
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
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) return console.log(help);
  if (positionals.length > 0) {
    return report('settings files', positionals.length, positionals.flatMap(checkOwn));
  }
  const names = projectFiles().filter((name) => /^(manifests|test).*\/settings\.yaml$/.test(name));
  report('settings files', names.length, names.flatMap(checkSettings));
});
