import type { AuthorizationServer } from '../../patterns/reference-server/authorization-server.ts';
import type { Call } from '../../patterns/reference-server/journal.ts';
import type { Surface } from '../contracts.ts';
import type { Attacker } from '../corpus/attacker.ts';
import { readAnswer } from '../corpus/answer.ts';
import { foldJson, width } from '../corpus/fold.ts';
import { createMask, type Mask } from '../corpus/mask.ts';
import { sendRaw, type RawRequest, type Via } from '../corpus/raw-http.ts';
import { compose, takeApart, tokenLines, type Token } from '../corpus/token.ts';

/** The public address of the server, as its stage is configured; listeners are on loopback. */
export const resource = 'https://mcp.example.com/mcp';
/** The name under which the authorization server's loopback address is recorded. */
export const issuerName = 'https://id.example.com';

/** How long a plane may keep the keys of the authorization server, in ms. */
export const jwksMaxAge = 200;

/** Who calls what in a legitimate exchange; `unlisted` is a tool that the plane opens to no scope. */
export const legitimate = {
  write: { subject: 'bob', scope: 'models:deploy' },
  read: { subject: 'alice', scope: 'models:read' },
  destroy: { subject: 'carol', scope: 'models:delete' },
  resource: { subject: 'alice', scope: 'models:read' },
} as const;
export type From = keyof typeof legitimate;
type Name = From | 'unlisted';

/** A method and its parameters, without what a protocol version adds. */
export interface Operation {
  method: string;
  params: Record<string, unknown>;
}

/** A server behind a plane, and what the attacks need around it. */
export interface ServerTarget {
  /** The MCP endpoint that is attacked, and where it is reached when that is a public address. */
  url: URL;
  via?: Via;
  /** How long the plane may keep the keys, in ms, when not `jwksMaxAge`. */
  jwksMaxAge?: number;
  authorizationServer: AuthorizationServer;
  attacker: Attacker;
  /** What its tools are called: the one file about a server that is not ours. */
  operations: Record<Name, Operation>;
  /** What the protocol version that the server speaks adds to an operation. */
  speak: (operation: Operation) => { headers: Headers; meta?: Record<string, unknown> };
  /** Every call that arrived behind the plane since the last `clear`. */
  effects: Effects;
}

/** The journal of a server of ours, or a recording hop before one that is not. */
export interface Effects {
  calls: Call[];
  clear: () => void;
}

type Headers = [name: string, value: string][];

/** A POST of one JSON-RPC request; `{token}` stands for the token wherever it is carried. */
export interface ServerExchange extends Operation {
  target: string;
  headers: Headers;
  token: Token;
}

export const server: Surface<ServerExchange, ServerTarget> = {
  async legitimate(target, from = 'write') {
    const { subject, scope } = legitimate[from as From];
    const issued = await issue(target.authorizationServer, subject, scope);
    const exchange = {
      target: '/mcp',
      headers: [],
      token: takeApart(issued),
      method: '',
      params: {},
    };
    setOperation(exchange, target, from as From);
    return exchange;
  },

  async run(exchange, target) {
    const token = await compose(exchange.token, target.authorizationServer, target.attacker);
    target.effects.clear();
    const answer = await sendRaw(target.url, toRequest(exchange, token), target.via);
    return readAnswer(answer, target.effects.calls, maskFor(target));
  },

  lines(exchange, target) {
    const mask = maskFor(target);
    const token = tokenLines(exchange.token, mask);
    const withToken = (line: string): string[] => {
      if (!line.includes('{token}')) return [line];
      const indent = /^ */.exec(line)?.[0] ?? '';
      return [line.replace('{token}', 'eyJ…'), ...token.map((each) => indent + each)];
    };
    const [path = '', query] = exchange.target.split('?');
    return [
      `POST ${path}`,
      ...(query === undefined ? [] : withToken(`  ?${query}`)),
      ...exchange.headers
        .filter(([name]) => !unshown.includes(name))
        .flatMap(([name, value]) => withToken(mask(`${name}: ${value}`))),
      '',
      ...foldJson(shownBody(exchange), width.json).flatMap(withToken),
    ];
  },
};

/** Put a token wherever an exchange carries one. */
export function toRequest(exchange: ServerExchange, token: string): RawRequest {
  const put = (text: string): string => text.replaceAll('{token}', token);
  const { method, params } = exchange;
  return {
    method: 'POST',
    target: put(exchange.target),
    headers: exchange.headers.map(([name, value]) => [name, put(value)]),
    body: put(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })),
  };
}

const issuedBefore = new WeakMap<AuthorizationServer, Map<string, Promise<string>>>();

/** Obtain a token through the real grant, once for each subject, scope and signing key. */
function issue(server: AuthorizationServer, subject: string, scope: string): Promise<string> {
  const tokens = issuedBefore.get(server) ?? new Map<string, Promise<string>>();
  issuedBefore.set(server, tokens);
  const key = [subject, scope, server.jwks().keys[0]?.kid].join(' ');
  const token = tokens.get(key) ?? server.tokenFor(subject, { scope, resource });
  tokens.set(key, token);
  return token;
}

/** Let an exchange ask for another operation; its fields are those of a client that does. */
export function setOperation(exchange: ServerExchange, target: ServerTarget, name: Name): void {
  const { method, params } = target.operations[name];
  const { headers, meta } = target.speak({ method, params });
  exchange.method = method;
  exchange.params = { ...params, ...(meta && { _meta: meta }) };
  exchange.headers = [
    ['Host', target.url.host],
    ['Accept', 'application/json, text/event-stream'],
    ['Content-Type', 'application/json'],
    ...headers,
    ['Authorization', 'Bearer {token}'],
  ];
}

/** Set a header field in place, or add it; undefined takes it out. */
export function setHeader({ headers }: ServerExchange, name: string, value?: string): void {
  const at = headers.findIndex(([each]) => each === name);
  const field: Headers = value === undefined ? [] : [[name, value]];
  if (at < 0) headers.push(...field);
  else headers.splice(at, 1, ...field);
}

/** Fields and members that no attack changes, and those that only repeat the body. */
const unshown = ['Accept', 'Content-Type', 'Mcp-Method', 'Mcp-Name'];
const unshownMeta = ['protocolVersion', 'clientCapabilities'];

function shownBody({ method, params }: ServerExchange): unknown {
  const { name, uri, _meta = {} } = params as { name?: string; uri?: string; _meta?: object };
  const meta = Object.entries(_meta as Record<string, unknown>)
    .map(([key, value]) => [key.replace(/^io\.modelcontextprotocol\//, ''), value] as const)
    .filter(([key]) => !unshownMeta.includes(key))
    .map(([key, value]) => (key === 'clientInfo' ? [key, withoutVersion(value)] : [key, value]));
  return { method, params: { name, uri, _meta: Object.fromEntries(meta) as object } };
}

function withoutVersion(info: unknown): object {
  return { ...(info as object), version: undefined };
}

function maskFor({ url, authorizationServer, attacker }: ServerTarget): Mask {
  return createMask({
    [authorizationServer.issuer]: issuerName,
    [new URL(attacker.jwksUri).origin]: 'https://mallory.example',
    [url.host]: new URL(resource).host,
  });
}
