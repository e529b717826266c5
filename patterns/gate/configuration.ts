import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { findMistakes, type Option, type Options } from '../token-authentication/options.ts';

/** The variable that each option comes from. */
const variables: Record<Option, string> = {
  resource: 'MCP_RESOURCE',
  issuer: 'MCP_ISSUER',
  jwksUri: 'MCP_JWKS',
  algorithms: 'MCP_ALGORITHMS',
  scopes: 'MCP_SCOPES',
  tools: 'MCP_TOOLS_DIR',
};

/** Asymmetric, and what most authorization servers sign with; MCP_ALGORITHMS replaces it. */
const defaultAlgorithms = 'ES256 RS256';

const set = (meaning: string) => z.string(`is not set: ${meaning}`);
const words = (value: string): string[] => value.split(' ').filter(Boolean);

const environment = z.object({
  MCP_GATE_HOST: z.string().default('::'),
  MCP_GATE_PORT: set('the port to listen on')
    .refine((port) => /^\d{1,5}$/.test(port) && Number(port) <= 65_535, quoted('is not a port'))
    .transform(Number),
  MCP_GATE_UPSTREAM: set('http://127.0.0.1 and the port of the server in the same pod').refine(
    isLoopback,
    quoted('is not an http URL on this machine'),
  ),
  MCP_RESOURCE: set('the public URL of the MCP endpoint').refine(
    isEndpoint,
    quoted('is not an https URL with one path segment and no port'),
  ),
  MCP_ISSUER: set('the issuer of the authorization server'),
  MCP_JWKS: set('the https URL of its keys'),
  MCP_SCOPES: set('scopes from narrow to broad'),
  MCP_TOOLS_DIR: set('a folder with one file per tool, its content the scope that opens it'),
});

/** What the gate is made of, or every mistake in the environment, one line each. */
export type Configuration =
  | { host: string; port: number; path: string; upstream: URL; options: Options }
  | { mistakes: string[] };

/** Read the gate's configuration from environment variables; each wrong one is named. */
export function readConfiguration(env: Record<string, string | undefined>): Configuration {
  const mistakes = new Map<string, string>();
  const note = (variable: string, mistake: string): void => {
    if (!mistakes.has(variable)) mistakes.set(variable, mistake);
  };
  const read = environment.safeParse(env);
  for (const { path, message } of read.error?.issues ?? []) note(String(path[0]), message);
  const options: Options = {
    resource: env['MCP_RESOURCE'] ?? '',
    issuer: env['MCP_ISSUER'] ?? '',
    jwksUri: env['MCP_JWKS'] ?? '',
    algorithms: words(env['MCP_ALGORITHMS'] ?? defaultAlgorithms),
    scopes: words(env['MCP_SCOPES'] ?? ''),
    tools: {},
  };
  try {
    options.tools = readTools(env['MCP_TOOLS_DIR'] ?? '');
  } catch (error) {
    note('MCP_TOOLS_DIR', (error as Error).message);
  }
  for (const [option, mistake] of findMistakes(options)) note(variables[option], mistake);
  if (new URL(read.data?.MCP_GATE_UPSTREAM ?? 'http://none').port === env['MCP_GATE_PORT']) {
    note('MCP_GATE_PORT', 'is the port of MCP_GATE_UPSTREAM: choose one that is free in the pod');
  }
  if (!read.success || mistakes.size > 0) {
    return { mistakes: [...mistakes].map(([variable, mistake]) => `${variable} ${mistake}`) };
  }
  return {
    host: read.data.MCP_GATE_HOST,
    port: read.data.MCP_GATE_PORT,
    path: new URL(options.resource).pathname,
    upstream: new URL(read.data.MCP_GATE_UPSTREAM),
    options,
  };
}

/** Read a mounted ConfigMap: one file per tool; Kubernetes' own entries begin with two dots. */
function readTools(folder: string): Record<string, string> {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Error(`"${folder}" is not a folder`);
  }
  const names = readdirSync(folder).filter((name) => !name.startsWith('..'));
  if (names.length === 0) throw new Error(`"${folder}" holds no file: every tool would be refused`);
  return Object.fromEntries(
    names.map((name) => [name, readFileSync(join(folder, name), 'utf8').trim()]),
  );
}

function isLoopback(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, search, hash } = new URL(url);
  return (
    protocol === 'http:' &&
    ['127.0.0.1', '[::1]', 'localhost'].includes(hostname) &&
    search + hash === ''
  );
}

function isEndpoint(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, pathname, port } = new URL(url);
  if (!/^\/[A-Za-z0-9._~-]+$/.test(pathname)) return false;
  return protocol === 'https:' ? port === '' : isLoopback(url);
}

function quoted(mistake: string) {
  return { error: ({ input }: { input?: unknown }) => `"${String(input)}" ${mistake}` };
}
