import { extractWWWAuthenticateParams } from '@modelcontextprotocol/client';
import { z } from 'zod';
import { checkIssuer, checkResource, checkSecure, Untrusted } from './client-checks.ts';
import { metadataUrl } from './metadata.ts';

const resourceShape = z.object({
  resource: z.string(),
  authorization_servers: z.tuple([z.string()], z.string()),
  scopes_supported: z.array(z.string()).optional(),
});

const authorizationServerShape = z.object({
  issuer: z.string(),
  authorization_endpoint: z.string(),
  token_endpoint: z.string(),
  code_challenge_methods_supported: z.array(z.string()).optional(),
  authorization_response_iss_parameter_supported: z.boolean().optional(),
});

type ResourceMetadata = z.infer<typeof resourceShape>;
type AuthorizationServerMetadata = z.infer<typeof authorizationServerShape>;

const discover = {
  jsonrpc: '2.0',
  id: 1,
  method: 'server/discover',
  params: {
    _meta: {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientCapabilities': {},
    },
  },
};

const headers = {
  accept: 'application/json, text/event-stream',
  'content-type': 'application/json',
  'mcp-protocol-version': '2026-07-28',
  'mcp-method': 'server/discover',
};

/** Where a server's metadata may stand, and the scope that its refusal names. */
export interface Challenge {
  metadata: URL[];
  scope?: string;
}

/** Ask without a token: the refusal says where the metadata stands and what to ask for. */
export async function readChallenge(server: URL, send: typeof fetch): Promise<Challenge> {
  checkSecure('server URL', server.href);
  const response = await send(server, {
    method: 'POST',
    headers,
    body: JSON.stringify(discover),
    redirect: 'manual',
  });
  await response.body?.cancel();
  if (response.status !== 401) {
    throw new Untrusted(`${server.href} answers ${response.status} and asks for no token`);
  }
  const { resourceMetadataUrl, scope } = extractWWWAuthenticateParams(response);
  const wellKnown = [metadataUrl(server.href), metadataUrl(server.origin)];
  return { metadata: resourceMetadataUrl ? [resourceMetadataUrl] : wellKnown, scope };
}

// #region resource
/** Fetch the metadata of the server that was asked for, and of no other. */
export async function discoverResource(
  server: URL,
  candidates: URL[],
  send: typeof fetch,
): Promise<ResourceMetadata> {
  const response = await fetchFirst('resource_metadata', candidates, send);
  const metadata = await read(response, resourceShape);
  checkResource(metadata.resource, server);
  return metadata;
}
// #endregion

// #region issuer
/** Fetch the metadata of an issuer: RFC 8414 first, then OpenID Connect. */
export async function discoverIssuer(
  issuer: string,
  send: typeof fetch,
): Promise<AuthorizationServerMetadata> {
  checkSecure('authorization server', issuer);
  const { origin, pathname } = new URL(issuer);
  const path = pathname === '/' ? '' : pathname;
  const candidates = [
    `${origin}/.well-known/oauth-authorization-server${path}`,
    `${origin}/.well-known/openid-configuration${path}`,
    `${origin}${path}/.well-known/openid-configuration`,
  ].map((url) => new URL(url));
  const response = await fetchFirst('authorization server', candidates, send);
  const as = await read(response, authorizationServerShape);
  checkIssuer(as.issuer, issuer);
  return as;
}
// #endregion

async function fetchFirst(what: string, urls: URL[], send: typeof fetch): Promise<Response> {
  for (const url of urls) {
    checkSecure(what, url.href);
    const response = await send(url, { redirect: 'manual' });
    if (response.status === 200) return response;
    await response.body?.cancel();
  }
  throw new Untrusted(`no metadata of the ${what} at ${urls.map(({ href }) => href).join(', ')}`);
}

async function read<Shape extends z.ZodType>(
  response: Response,
  shape: Shape,
): Promise<z.infer<Shape>> {
  const metadata = shape.safeParse(await response.json().catch(() => undefined));
  if (metadata.success) return metadata.data;
  throw new Untrusted(`${response.url} holds no metadata: ${metadata.error.issues[0]?.message}`);
}
