import { answers } from './planes/envoy-gateway-answers.ts';
import type { Edit } from './planes/gateway-manifests.ts';

/** A condition of the gateway, what takes it out of the manifests, and the attacks that then work. */
export interface GatewayRemoval {
  /** Kebab-case: the condition. */
  id: string;
  /** Every place that repeats the condition. */
  edits: Edit[];
  lets: string[];
}

const provider = 'SecurityPolicy ingress-gateway spec.jwt.providers.0';
const authorization = 'SecurityPolicy ingress-gateway spec.authorization';
const call = `${authorization}.rules.0`;
const claims = 'metadata.filter_metadata["envoy.filters.http.jwt_authn"] .issuer';
const field = 'request.headers["authorization"] ';
const audience = `${claims}.aud in ["https://mcp.example.com/mcp", ["https://mcp.example.com/mcp"]]`;

const form = `${field}.matches("^Bearer ([A-Za-z0-9_-]+[.]){2}[A-Za-z0-9_-]+$")`;
const type = `${field}.matches("^Bearer [^.]*(ImF0K2p3dC|JhdCtqd3Qi|iYXQrand0I)")`;

/** A condition of the rule that opens. */
const without = (find: string): Edit => ({ at: `${call}.cel`, find, replace: 'true' });

/** What no scope of the server opens. */
const withoutScope = [
  'no-scope',
  'empty-scope',
  'unknown-scope',
  'scope-prefix',
  'scope-continues',
  'scope-other-case',
  'scope-with-comma',
  'scope-wildcard',
  'resource-without-scope',
];

export const gatewayRemovals: GatewayRemoval[] = [
  {
    id: 'a-token-is-required',
    edits: [{ at: 'SecurityPolicy ingress-gateway spec.jwt' }, { at: authorization }],
    lets: Object.keys(answers),
  },
  {
    id: 'deny-by-default',
    edits: [{ at: `${authorization}.defaultAction`, value: 'Allow' }],
    lets: [
      'token-in-query-too',
      'no-subject',
      'empty-subject',
      'no-client-id',
      'second-audience',
      'audience-with-slash',
      'audience-plain-http',
      'other-type',
      'no-type',
      'expired',
      'no-expiry',
      'not-yet-valid',
      ...withoutScope,
    ],
  },
  {
    id: 'scope',
    edits: [{ at: `${call}.principal` }],
    lets: withoutScope,
  },
  {
    id: 'token-from-the-field-only',
    // each condition on the field fails where there is none
    edits: [
      { at: `${provider}.extractFrom` },
      without('request.query == ""'),
      without(form),
      without(type),
    ],
    lets: ['other-type', 'no-type', 'token-in-query'],
  },
  { id: 'no-query', edits: [without('request.query == ""')], lets: ['token-in-query-too'] },
  {
    id: 'issuer',
    edits: [{ at: `${provider}.issuer` }],
    lets: ['other-issuer', 'issuer-with-slash', 'no-issuer'],
  },
  {
    id: 'audience',
    edits: [{ at: `${provider}.audiences` }, without(audience)],
    lets: [
      'wrong-audience',
      'second-audience',
      'no-audience',
      'empty-audience',
      'audience-is-prefix',
      'audience-continues',
      'audience-with-slash',
      'audience-other-case',
      'audience-is-origin',
      'audiences-in-one-string',
      'audience-plain-http',
    ],
  },
  {
    id: 'no-second-audience',
    edits: [without(audience)],
    lets: ['second-audience', 'audience-with-slash', 'audience-plain-http'],
  },
  {
    id: 'type',
    edits: [without(type)],
    lets: ['other-type', 'no-type'],
  },
  { id: 'subject', edits: [without(`${claims}.sub != ""`)], lets: ['no-subject', 'empty-subject'] },
  { id: 'client', edits: [without(`${claims}.client_id.matches(".")`)], lets: ['no-client-id'] },
  {
    id: 'expiry',
    edits: [without(`${claims}.exp > double(int(request.time)) - 5.0`)],
    lets: ['expired', 'no-expiry'],
  },
  {
    id: 'beginning',
    edits: [without(`${claims}.nbf < double(int(request.time)) + 5.0`)],
    lets: ['not-yet-valid'],
  },
  {
    id: 'keys-are-fetched-again',
    edits: [{ at: `${provider}.remoteJWKS.cacheDuration`, value: '300s' }],
    lets: ['withdrawn-key'],
  },
];
