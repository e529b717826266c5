import Provider, { errors, type Adapter, type ClientMetadata } from 'oidc-provider';
import { subjectOf } from './clients.ts';
import type { SigningKeys } from './signing-keys.ts';
import { scopes, subjects } from './subjects.ts';

/** How long an access token is valid, in seconds. */
export const tokenLifetime = 300;

/** What an authorization server is made of. */
export interface ProviderOptions {
  issuer: string;
  /** The resource indicators (RFC 8707) that tokens are issued for; read at each request. */
  resources: readonly string[];
  clients: ClientMetadata[];
  keys: SigningKeys;
  adapter: (name: string) => Adapter;
  cookieKey: string;
  /** Fetches client ID metadata documents. */
  fetch?: typeof fetch;
}

/** Configure oidc-provider as MCP 2026-07-28 asks an authorization server to behave. */
export function createProvider(options: ProviderOptions): Provider {
  const { issuer, resources, keys } = options;
  const fetchDocument = options.fetch;
  const provider = new Provider(issuer, {
    adapter: options.adapter,
    jwks: { keys: [keys.current, keys.rsa] },
    clients: options.clients,
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    clientAuthMethods: ['client_secret_basic', 'none'],
    clientBasedCORS: (_ctx, origin) => isLoopback(origin),
    cookies: { keys: [options.cookieKey] },
    pkce: { required: () => true },
    responseTypes: ['code'],
    scopes: [],
    claims: {},
    findAccount: (_ctx, id) =>
      subjects.some(({ signsIn }) => signsIn === id)
        ? { accountId: id, claims: () => ({ sub: id }) }
        : undefined,
    extraTokenClaims: (ctx, token) => {
      const account = 'accountId' in token ? token.accountId : undefined;
      const code = ctx.oidc.entities.AuthorizationCode;
      const signIn = code === undefined ? {} : { acr: code.acr, auth_time: code.authTime };
      return { ...signIn, ...subjectOf(token.clientId, account)?.claims };
    },
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    renderError: (ctx, out) => {
      ctx.type = 'text/plain';
      ctx.body = `${out.error}: ${out.error_description ?? ''}\n`;
    },
    ...(fetchDocument && {
      fetch: (url, init) => {
        // Its dispatcher refuses loopback addresses, where a document under test is served.
        const open: RequestInit & { dispatcher?: unknown } = { ...init, dispatcher: undefined };
        return fetchDocument(url, open);
      },
    }),
    ttl: {
      AccessToken: tokenLifetime,
      AuthorizationCode: 60,
      ClientCredentials: tokenLifetime,
      Grant: 3600,
      IdToken: tokenLifetime,
      Interaction: 600,
      Session: 3600,
    },
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      clientCredentials: { enabled: true },
      clientIdMetadataDocument: {
        enabled: true,
        ack: 'draft-02',
        allowFetch: () => true,
        allowClient: () => true,
      },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => {
          throw new errors.InvalidTarget('name the MCP server in resource (RFC 8707)');
        },
        useGrantedResource: () => true,
        getResourceServerInfo: (_ctx, resource, client) => {
          if (!resources.includes(resource)) throw new errors.InvalidTarget();
          const workload = subjectOf(client.clientId);
          return {
            scope: (workload?.scopes ?? scopes).join(' '),
            audience: resource,
            accessTokenFormat: 'jwt',
            accessTokenTTL: tokenLifetime,
            jwt: { sign: { alg: 'ES256' } },
          };
        },
      },
    },
  });
  provider.use((ctx, next) => {
    // MCP clients leave scope out when they were told none; oidc-provider then grants nothing.
    if (ctx.path === '/auth' && ctx.query['scope'] === undefined) {
      ctx.query = { ...ctx.query, scope: scopes[0] };
    }
    return next();
  });
  return provider;
}

function isLoopback(origin: string): boolean {
  return ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(origin).hostname);
}
