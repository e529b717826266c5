import { logIn } from '../../patterns/reference-server/log-in.ts';
import { terminalClient } from '../../patterns/reference-server/subjects.ts';
import type {
  ObtainedToken,
  ObtainOptions,
} from '../../patterns/token-authentication/obtain-token.ts';
import type { AuthorizationServer } from '../../patterns/reference-server/authorization-server.ts';
import type { Outcome, Surface } from '../contracts.ts';
import { fold, width } from '../corpus/fold.ts';
import { createMask, type Mask } from '../corpus/mask.ts';

const serverUrl = new URL('https://mcp.example.com/mcp');
const metadataUrl = 'https://mcp.example.com/.well-known/oauth-protected-resource/mcp';
const redirectUri = new URL('http://127.0.0.1/callback');

/** A client, the authorization server it is registered with, and another one it has used before. */
export interface ClientTarget {
  obtainToken: (options: ObtainOptions) => Promise<ObtainedToken>;
  authorizationServer: AuthorizationServer;
  other: AuthorizationServer;
  /** How a person signs in at the first; the other is one of ours. */
  signIn: typeof logIn;
}

/** Everything that a client is told on its way to a token: any of it may be a lie. */
export interface ClientExchange {
  resourceMetadata: Metadata;
  serverMetadata: Metadata;
  /** Parameters of the authorization response that someone replaced, or with undefined took out. */
  response: Record<string, string | undefined>;
}

/** A parameter that nobody touched. */
const asSent = 'as sent';
const obtained = 'a token obtained';

type Metadata = Record<string, unknown>;

/** The members on which the flow depends, in the order in which a page shows them. */
const shown = {
  resource: ['resource', 'authorization_servers'],
  server: [
    'issuer',
    'authorization_endpoint',
    'token_endpoint',
    'code_challenge_methods_supported',
    'authorization_response_iss_parameter_supported',
  ],
};

export const client: Surface<ClientExchange, ClientTarget> = {
  async legitimate({ authorizationServer: { issuer } }) {
    const resourceMetadata = {
      resource: serverUrl.href,
      authorization_servers: [issuer],
      scopes_supported: ['models:read'],
    };
    return {
      resourceMetadata,
      serverMetadata: await readMetadata(issuer),
      response: { state: asSent, iss: asSent },
    };
  },

  async run(exchange, target) {
    const mask = maskFor(target);
    const world = new World(exchange, target);
    try {
      const { accessToken } = await target.obtainToken({
        serverUrl,
        clientId: terminalClient,
        redirectUri,
        expectedIssuer: target.authorizationServer.issuer,
        openBrowser: (url) => world.openBrowser(url),
        fetch: (input, init) => world.fetch(input, init),
      });
      if (accessToken !== '') world.received.push(obtained);
    } catch (error) {
      if (world.received.length === 0) return stopped(error as Error, mask);
    }
    return wentOn(world.received, mask);
  },

  lines({ resourceMetadata, serverMetadata, response }, target) {
    const mask = maskFor(target);
    return [
      'GET /.well-known/oauth-protected-resource',
      ...memberLines(resourceMetadata, shown.resource),
      '',
      'GET /.well-known/oauth-authorization-server',
      ...memberLines(serverMetadata, shown.server),
      '',
      'GET /callback',
      ...memberLines({ code: 'a code', ...response }, ['code', 'state', 'iss']),
    ].map(mask);
  },
};

/** The network and the browser around one flow; what hostile endpoints received is written down. */
class World {
  readonly received: string[] = [];
  readonly #exchange: ClientExchange;
  readonly #target: ClientTarget;

  constructor(exchange: ClientExchange, target: ClientTarget) {
    this.#exchange = exchange;
    this.#target = target;
  }

  /** Answer as the hosts of this exchange do; there are no others. */
  async fetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    const url = new URL(input instanceof Request ? input.url : input);
    const { resourceMetadata, serverMetadata } = this.#exchange;
    const { authorizationServer, other } = this.#target;
    if (url.href === serverUrl.href) {
      const challenge = `Bearer resource_metadata="${metadataUrl}", scope="models:read"`;
      return new Response(null, { status: 401, headers: { 'www-authenticate': challenge } });
    }
    if (url.href === metadataUrl) return Response.json(resourceMetadata);
    if (url.href === metadataOf(authorizationServer.issuer)) return Response.json(serverMetadata);
    const known = url.origin === other.issuer ? other : authorizationServer;
    if (init?.method === 'POST') {
      this.received.push(`a code at ${url.href}`);
      const { token_endpoint: endpoint } = await readMetadata(known.issuer);
      return fetch(String(endpoint), init);
    }
    if (known === other) return fetch(url, init);
    throw new Error(`no host answers at ${url.href}`);
  }

  /** Sign in as alice and come back with the response that this exchange makes of it. */
  async openBrowser(url: URL): Promise<URL> {
    const { authorizationServer, other, signIn } = this.#target;
    const own = new URL(authorizationServer.issuer).origin;
    if (url.origin !== own && url.origin !== other.issuer) {
      this.received.push(`${url.protocol.slice(0, -1)} URL opened`);
      throw new Error('the browser shows what the attacker chose');
    }
    const callback = await (url.origin === own ? signIn : logIn)(url, 'alice');
    for (const [name, value] of Object.entries(this.#exchange.response)) {
      if (value === undefined) callback.searchParams.delete(name);
      else if (value !== asSent) callback.searchParams.set(name, value);
    }
    return callback;
  }
}

/** Where an issuer publishes its metadata (RFC 8414 §3.1): before its path, when it has one. */
function metadataOf(issuer: string): string {
  const { origin, pathname } = new URL(issuer);
  return `${origin}/.well-known/oauth-authorization-server${pathname === '/' ? '' : pathname}`;
}

async function readMetadata(issuer: string): Promise<Metadata> {
  return (await (await fetch(metadataOf(issuer))).json()) as Metadata;
}

function memberLines(document: Metadata, names: string[]): string[] {
  return names
    .filter((name) => document[name] !== undefined)
    .flatMap((name) => {
      const value = String(document[name]);
      const long = name.length + value.length > 28;
      return long ? [`  ${name}`, `    ${value}`] : [`  ${name}  ${value}`];
    });
}

function stopped(error: Error, mask: Mask): Outcome {
  const reason = mask(error.message);
  return {
    ok: false,
    status: 'stops',
    effect: undefined,
    refusal: { status: 'stops', error: error.constructor.name, message: reason },
    reason,
    answer: fold(`${error.constructor.name}: ${reason}`, width.answer),
  };
}

function wentOn(received: string[], mask: Mask): Outcome {
  const reason = mask(received.join(', '));
  const ok = received.includes(obtained);
  return {
    ok,
    status: 'goes on',
    effect: ok ? obtained : reason,
    refusal: { status: 'goes on' },
    reason,
    answer: received.map(mask),
  };
}

function maskFor({ authorizationServer, other }: ClientTarget): Mask {
  return createMask({
    [authorizationServer.issuer]: 'https://id.example.com',
    [other.issuer]: 'https://id.example.net',
  });
}
