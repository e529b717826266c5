/**
 * A MUST of MCP 2026-07-28 that binds a resource server or a client, in the words of its page: of
 * specification/2026-07-28/basic/authorization, or of the tutorial on security best practices.
 */
export interface Requirement {
  of: 'server' | 'client';
  page: string;
  must: string;
  /** Attacks that gain something when it is broken. */
  attacks?: string[];
  /** The test of test/corpus-checks.test.ts that looks at what no attack can show. */
  check?: string;
}

const metadata = 'the metadata of a resource names it and its issuer';
const everyRequest = 'no method and no path passes without a token';
const passthrough = 'no token and no claimed identity reaches the server';
const hierarchy = 'a broader scope opens what a narrower one opens';

export const requirements: Requirement[] = [
  {
    of: 'server',
    page: 'index',
    must: 'MCP servers MUST implement OAuth 2.0 Protected Resource Metadata',
    check: metadata,
  },
  {
    of: 'server',
    page: 'authorization-server-discovery',
    must: 'MUST include the authorization_servers field containing at least one authorization server',
    check: metadata,
  },
  {
    of: 'server',
    page: 'authorization-server-discovery',
    must: 'MUST implement one of the following discovery mechanisms',
    attacks: ['no-token', 'empty-bearer', 'wrong-audience', 'expired'],
    check: metadata,
  },
  {
    of: 'server',
    page: 'index',
    must: 'authorization MUST be included in every HTTP request from client to server',
    attacks: ['no-token', 'no-token-read', 'no-token-resource', 'token-in-body', 'token-in-cookie'],
    check: everyRequest,
  },
  {
    of: 'server',
    page: 'index',
    must: 'Access tokens MUST NOT be included in the URI query string',
    attacks: ['token-in-query', 'token-in-query-too'],
  },
  {
    of: 'server',
    page: 'index',
    must: 'MUST validate access tokens as described in OAuth 2.1 Section 5.2',
    attacks: [
      'algorithm-none',
      'tampered-claims',
      'other-key-same-kid',
      'public-key-as-secret',
      'embedded-key',
      'key-address-in-header',
      'algorithm-not-listed',
      'no-subject',
      'no-client-id',
    ],
  },
  {
    of: 'server',
    page: 'index',
    must: 'MUST validate that access tokens were issued specifically for them as the intended audience',
    attacks: [
      'wrong-audience',
      'second-audience',
      'audience-is-origin',
      'audience-is-prefix',
      'audience-continues',
      'audiences-in-one-string',
    ],
  },
  {
    of: 'server',
    page: 'index',
    must: 'If validation fails, servers MUST respond according to OAuth 2.1 Section 5.3',
    attacks: ['basic-scheme', 'two-authorization-fields', 'other-type'],
  },
  {
    of: 'server',
    page: 'index',
    must: 'Invalid or expired tokens MUST receive a HTTP 401 response',
    attacks: ['expired', 'not-yet-valid', 'no-expiry', 'expiry-as-string', 'withdrawn-key'],
  },
  {
    of: 'server',
    page: 'index',
    must: 'MUST only accept tokens that are valid for use with their own resources',
    attacks: [
      'other-issuer',
      'issuer-with-slash',
      'no-issuer',
      'audience-with-slash',
      'audience-other-case',
    ],
  },
  {
    of: 'server',
    page: 'index',
    must: 'MCP servers MUST NOT accept or transit any other tokens',
    attacks: ['wrong-audience', 'other-type', 'no-type'],
    check: passthrough,
  },
  {
    of: 'server',
    page: 'index',
    must: 'Servers MUST return appropriate HTTP status codes for authorization errors',
    attacks: ['no-token', 'token-in-query', 'read-to-deploy'],
  },
  {
    of: 'server',
    page: 'index',
    must: 'Servers MUST account for scope hierarchies, where a broader scope implies narrower ones',
    attacks: ['read-to-delete', 'deploy-to-delete'],
    check: hierarchy,
  },
  {
    of: 'server',
    page: 'security-considerations',
    must: 'MUST validate that tokens presented to them were specifically issued for their use',
    attacks: ['wrong-audience'],
  },
  {
    of: 'server',
    page: 'security-considerations',
    must: 'MUST validate access tokens before processing the request',
    attacks: ['no-token', 'expired', 'unlisted-tool'],
    check: everyRequest,
  },
  {
    of: 'server',
    page: 'security-considerations',
    must: 'MUST reject tokens that do not include them in the audience claim',
    attacks: ['no-audience', 'empty-audience'],
  },
  {
    of: 'server',
    page: 'security-considerations',
    must: 'MUST NOT pass through the token it received from the MCP client',
    check: passthrough,
  },
  {
    of: 'server',
    page: 'security_best_practices',
    must: 'MUST NOT accept any tokens that were not explicitly issued for the MCP server',
    attacks: ['wrong-audience', 'second-audience'],
  },
  {
    of: 'server',
    page: 'security_best_practices',
    must: 'MUST verify all inbound requests',
    attacks: ['no-token-resource', 'forwarded-user-field', 'client-info-as-identity'],
    check: everyRequest,
  },
  {
    of: 'server',
    page: 'security_best_practices',
    must: 'MUST NOT treat possession of a state handle as authentication',
    attacks: ['session-as-authentication'],
  },
  {
    of: 'client',
    page: 'authorization-server-discovery',
    must: 'the issuer value in the document MUST be identical to the issuer identifier',
    attacks: ['metadata-of-other-issuer'],
  },
  {
    of: 'client',
    page: 'client-registration',
    must: 'MUST associate those credentials with the specific authorization server that issued them',
    attacks: ['unregistered-authorization-server'],
  },
  {
    of: 'client',
    page: 'security-considerations',
    must: 'MUST verify PKCE support before proceeding with authorization',
    attacks: ['pkce-not-announced'],
  },
  {
    of: 'client',
    page: 'security-considerations',
    must: 'MUST use the S256 code challenge method when technically capable',
    attacks: ['pkce-plain-only'],
  },
  {
    of: 'client',
    page: 'index',
    must: 'MUST apply the validation in RFC9207 Section 2.4',
    attacks: ['mix-up', 'response-of-other-issuer', 'response-without-issuer'],
  },
  {
    of: 'client',
    page: 'index',
    must: 'MUST NOT apply scheme or host case folding, default-port elision, trailing-slash',
    attacks: ['response-issuer-with-slash'],
  },
  {
    of: 'client',
    page: 'index',
    must: 'MUST identify the MCP server that the client intends to use the token with',
    attacks: ['metadata-of-other-resource'],
  },
  {
    of: 'client',
    page: 'security-considerations',
    must: 'All authorization server endpoints MUST be served over HTTPS',
    attacks: ['authorization-endpoint-without-tls', 'token-endpoint-without-tls'],
  },
  {
    of: 'client',
    page: 'security_best_practices',
    must: 'MUST only allow http:// and https:// schemes for authorization URLs',
    attacks: ['script-as-authorization-endpoint', 'file-as-authorization-endpoint'],
  },
];
