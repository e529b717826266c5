// Prevents a settings file that builds and protects nothing: a URL that a gateway would route
// elsewhere, a scope that no token holds, a misspelt setting whose default then stays. Checks every
// settings file of the project; of those named, also that nothing in them is still the example's,
// and, when told how to get one, that a token of their issuer would be accepted.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { Ajv, type ErrorObject } from 'ajv';
import type { Document } from 'yaml';
import { findMetadata, type Block } from './lib/address-blocks.ts';
import { findExamples, type Finding } from './lib/example-settings.ts';
import { judgeToken, type TokenSettings } from './lib/judge-token.ts';
import { main, Mistake } from './lib/main.ts';
import { root } from './lib/paths.ts';
import { printProblems, report, type Problem } from './lib/problems.ts';
import { projectFiles } from './lib/scratch.ts';
import { offsetOf, readYaml } from './lib/yaml-file.ts';

const help = `npm run check-settings [-- <file> … [--token-command <command>]]   check the settings before you build

--token-command   prints an access token, which is then judged as the gate would judge it
example: npm run check-settings -- settings.yaml --token-command 'cat token'
elsewhere: npm --prefix <the clone> run check-settings -- settings.yaml`;

interface Settings {
  spec: Partial<TokenSettings> & {
    gate?: { image: string; port: number };
    server?: { image: string; port: number };
    registries?: string;
    gateway?: { scopes: string[] };
    authorizationServer?: { peers: { ipBlock?: Block }[] };
  };
}

/** The pattern that a setting belongs to; what only other patterns read may be left out. */
const patterns = {
  gate: 'token-authentication',
  gateway: 'ingress-gateway',
  registries: 'hardened-baseline',
} as const;

const schema = readFileSync(join(root, 'manifests/settings/settings.schema.json'), 'utf8');
const fitsSchema = new Ajv({ allErrors: true, verbose: true }).compile<Settings>(
  JSON.parse(schema) as object,
);

/** Check a settings file, named from the root. */
function checkSettings(name: string): Problem[] {
  return checkFile(name, judge);
}

/** Where the command was typed. */
const typedIn = process.env['INIT_CWD'] ?? process.cwd();

/** Check a reader's settings file, named from where the command was typed, and say what it holds. */
async function checkOwn(name: string, tokenCommand?: string): Promise<Problem[]> {
  const path = resolve(typedIn, name);
  const problems = checkFile(path, (document) => [...judge(document), ...findExamples(document)]);
  if (problems.length > 0) return problems.map((problem) => ({ ...problem, file: name }));
  const { spec } = readYaml(path).documents[0]?.toJS() as Settings;
  const { resource, issuer, tools } = spec;
  const count = Object.keys(tools ?? {}).length;
  const facts = [
    `complete for ${patternsOf(spec).join(', ')}`,
    ...(resource === undefined ? [] : [`resource ${resource}, issuer ${issuer}`]),
    ...(tools === undefined ? [] : [`${count} ${count === 1 ? 'tool' : 'tools'}`]),
  ];
  console.log(`${name}: ${facts.join('; ')}`);
  if (tokenCommand === undefined) return [];
  if (!hasGate(spec)) {
    throw new Mistake(`--token-command: ${name} has no spec.gate, which would judge the token`);
  }
  const verdict = await judgeToken(spec, tokenCommand, typedIn);
  if (!verdict.accepted) return [{ file: 'the token', text: verdict.text }];
  console.log(`the token: ${verdict.text}`);
  return [];
}

/** Tell the patterns that settings are for; there is one at least. */
function patternsOf(spec: Settings['spec']): string[] {
  return Object.entries(patterns).flatMap(([setting, pattern]) =>
    setting in spec ? [pattern] : [],
  );
}

/** Tell whether a gate is set; the schema then wants all that a token is judged by. */
function hasGate(spec: Settings['spec']): spec is Settings['spec'] & TokenSettings {
  return spec.gate !== undefined;
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

function judge(document: Document.Parsed): Finding[] {
  const settings: unknown = document.toJS();
  if (!fitsSchema(settings)) {
    return (fitsSchema.errors ?? [])
      .filter(({ keyword }) => keyword !== 'propertyNames')
      .map((error) => [readPointer(error.instancePath), explain(error)]);
  }
  const { spec } = settings;
  const { scopes = '', tools = {}, gate, gateway, server, registries, authorizationServer } = spec;
  const known = scopes.split(' ');
  if (patternsOf(spec).length === 0) {
    return [[['spec'], ` is for no pattern: it needs one of ${Object.keys(patterns).join(', ')}`]];
  }
  const findings: Finding[] = Object.entries(tools)
    .filter(([, scope]) => !known.includes(scope))
    .map(([tool, scope]) => [
      ['spec', 'tools', tool],
      ` is "${scope}": write one of spec.scopes (${scopes})`,
    ]);
  if (new Set(known).size < known.length) {
    findings.push([['spec', 'scopes'], ' names a scope twice: write each once']);
  }
  if (gate !== undefined && server?.port === gate.port) {
    const text = ` is ${gate.port}, as spec.server.port: write another, both listen in one pod`;
    findings.push([['spec', 'gate', 'port'], text]);
  }
  for (const [name, image] of Object.entries({ gate: gate?.image, server: server?.image })) {
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
  if (keyword === 'dependencies' && 'missingProperty' in params) {
    return ` lacks "${params['missingProperty']}", which "${params['property']}" needs`;
  }
  if (keyword === 'additionalProperties') return ` knows no "${params['additionalProperty']}"`;
  if (keyword === 'const') return ` must be ${JSON.stringify(params['allowedValue'])}`;
  const value = JSON.stringify(propertyName ?? data);
  return ` is ${value}: write ${description ?? message}`;
}

await main(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { help: { type: 'boolean', short: 'h' }, 'token-command': { type: 'string' } },
  });
  if (values.help) return console.log(help);
  const command = values['token-command'];
  if (command !== undefined && positionals.length !== 1) {
    throw new Mistake('--token-command: name the one settings file that the token is for');
  }
  for (const name of positionals) printProblems(await checkOwn(name, command));
  if (positionals.length > 0) return;
  const names = projectFiles().filter((name) => /^(manifests|test).*\/settings\.yaml$/.test(name));
  report('settings files', names.length, names.flatMap(checkSettings));
});
