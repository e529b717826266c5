import type { Fault } from './fault.ts';

const pattern = 'manifests/ingress-gateway/pattern';
const attacks = 'scripts/attack.ts --plane envoy-gateway';

/** A condition of the manifests that is made weaker: an attack is answered otherwise, or works. */
const weaker = (id: string, find: string, replace: string, says: string): Fault => ({
  id: `gateway-${id}`,
  file: `${pattern}/security.yaml`,
  find,
  replace,
  check: attacks,
  says: `envoy-gateway: ${says}`,
});

/** A field whose test is in test/ingress-gateway.test.ts. */
const loose = (
  id: string,
  file: string,
  find: string,
  replace: string,
  only: string,
  says: string,
): Fault => ({
  id: `gateway-${id}`,
  file: `${pattern}/${file}.yaml`,
  find,
  replace,
  check: 'test/ingress-gateway.test.ts',
  only,
  says,
});

export const faults: Fault[] = [
  weaker(
    'token-optional',
    '  jwt:\n    providers',
    '  jwt:\n    optional: true\n    providers',
    'no-token: refused with {"status":"401"',
  ),
  weaker(
    'that-fails-open',
    '  jwt:\n    providers',
    '  jwt:\n    failOpen: true\n    providers',
    'tampered-claims: refused with {"status":"401"',
  ),
  weaker(
    'that-allows-by-default',
    'defaultAction: Deny',
    'defaultAction: Allow',
    'no-scope: not refused, although claimed',
  ),
  weaker(
    'token-from-anywhere',
    `        extractFrom:
          headers:
            - name: Authorization
              valuePrefix: 'Bearer '
`,
    '',
    'token-in-query: refused with',
  ),
  weaker(
    'query-allowed',
    'request.query == "" &&',
    'request.query != "none" &&',
    'token-in-query-too: not refused',
  ),
  weaker(
    'second-audience-allowed',
    '.issuer.aud in ["from-settings", ["from-settings"]] &&',
    '.issuer.aud != ["from-settings", ["from-settings"]] &&',
    'second-audience: not refused',
  ),
  weaker('subject-empty', '.issuer.sub != ""', '.issuer.sub != "x"', 'empty-subject: not refused'),
  weaker(
    'client-missing',
    '.issuer.client_id.matches(".")',
    '.issuer.sub != ""',
    'no-client-id: not refused',
  ),
  weaker('grace-of-a-minute', '- 5.0 &&', '- 60.0 &&', 'expired: not refused'),
  weaker('early-token', '+ 5.0)', '+ 500.0)', 'not-yet-valid: not refused'),
  weaker(
    'any-type',
    '(ImF0K2p3dC|JhdCtqd3Qi|iYXQrand0I)',
    '(ImF0K2p3dC|JhdCtqd3Qi|iYXQrand0I|.)',
    'other-type: not refused',
  ),
  weaker(
    'scope-not-asked',
    'valueType: StringArray',
    'valueType: String',
    'no-token: the twin did not succeed',
  ),
  weaker(
    'policy-of-another-route',
    'kind: HTTPRoute\n      name: ingress-gateway.from-server',
    'kind: HTTPRoute\n      name: ingress-gateway-health.from-server',
    'unlisted-tool: the twin did not succeed',
  ),
  {
    ...weaker('challenge-without-metadata', '', '', 'no-token: refused with {"status":"401"'),
    file: `${pattern}/traffic.yaml`,
    find: `- name: WWW-Authenticate
              value: >-
                Bearer resource_metadata="from-settings", scope="from-settings"
            - &origin`,
    replace: `- name: X-Authenticate
              value: >-
                Bearer resource_metadata="from-settings", scope="from-settings"
            - &origin`,
  },
  {
    ...weaker(
      'wrong-audience-answered-403',
      '',
      '',
      'wrong-audience: refused with {"status":"403"',
    ),
    file: `${pattern}/traffic.yaml`,
    find: '        statusCode: 401\n',
    replace: '',
  },
  {
    ...weaker('overlay-that-drops-the-filter', '', '', 'no-token: not refused'),
    file: 'test/planes/loopback/kustomization.yaml',
    find: `      - op: replace
        path: /spec/jwt/providers/0/remoteJWKS/cacheDuration
        value: 1s`,
    replace: `      - op: remove
        path: /spec/jwt
      - op: remove
        path: /spec/authorization`,
  },
  loose(
    'plain-tls-1-1',
    'client-traffic',
    "minVersion: '1.2'",
    "minVersion: '1.0'",
    'TLS before',
    '✖ plain HTTP is not spoken, nor TLS before 1.2',
  ),
  loose(
    'claimed-user-passed-on',
    'client-traffic',
    'x-forwarded-(user|',
    'x-forwarded-(',
    'verified subject',
    "+   'X-Forwarded-User'",
  ),
  loose(
    'claimed-user-of-another-proxy',
    'client-traffic',
    'remote|webauth|',
    'remote|',
    'verified subject',
    "+   'X-Webauth-User'",
  ),
  loose(
    'query-in-the-log',
    'access-log',
    '%PATH(NQ)%',
    '%PATH(WQ)%',
    'holds no token',
    'access_token',
  ),
  loose(
    'log-without-callers',
    'access-log',
    'jwt_authn:issuer:sub)',
    'jwt_authn:issuer:subject)',
    'holds no token',
    "-     'alice'",
  ),
  {
    id: 'gateway-log-left-behind',
    file: 'patterns/ingress-gateway/index.md',
    find: '  envoyproxy/ingress-gateway.mcp.model-operations \\\n',
    replace: '',
    check: 'test/cluster-reader.test.ts',
    only: 'stands alone|ingress-gateway (adds|taken off)',
    says: 'EnvoyProxy mcp-ingress/ingress-gateway.mcp.model-operations was added',
  },
  {
    // egctl takes the one EnvoyProxy that it reads for that of the class
    id: 'gateway-log-of-another-gateway',
    file: `${pattern}/gateway.yaml`,
    find: 'kind: EnvoyProxy\n      name: ingress-gateway.from.server',
    replace: 'kind: EnvoyProxy\n      name: access-log.from.server',
    check: 'test/ingress-gateway-controller.test.ts',
    only: 'accepts every object',
    says: 'the controller says nothing of all objects',
  },
  loose(
    'client-of-any-type',
    'security',
    '.issuer.client_id.matches(".")',
    '.issuer.client_id != ""',
    'no text',
    '{"scope":"models:read","client_id":null}',
  ),
  loose(
    'reason-for-text-only',
    'client-traffic',
    '.issuer.client_id) != string ||',
    '.issuer.client_id) == list ||',
    'no text',
    '{"scope":"models:read","client_id":null}',
  ),
  loose(
    'no-limit-for-all',
    'traffic',
    `                  type: RegularExpression
                  value: .*`,
    `                  type: RegularExpression
                  value: nobody`,
    'limit for all',
    '✖ the limit for all callers holds',
  ),
  loose(
    'underscores-allowed',
    'client-traffic',
    'withUnderscoresAction: RejectRequest',
    'withUnderscoresAction: Allow',
    'underscore',
    '✖ a field whose name has an underscore is refused',
  ),
  loose(
    'encoded-slash-kept',
    'client-traffic',
    'escapedSlashesAction: RejectRequest',
    'escapedSlashesAction: UnescapeAndForward',
    'encoded slash',
    '✖ an encoded slash in the path is refused',
  ),
  loose(
    'any-origin',
    'security',
    '(!("origin" in request.headers) ||\n          request.headers["origin"] == "from-settings")',
    '(!("origin" in request.headers) ||\n          request.headers["origin"] != "from-settings")',
    'another origin',
    '✖ a page of another origin is refused',
  ),
  loose(
    'every-page-may-read',
    'security',
    'allowOrigins: [from-settings]',
    "allowOrigins: [from-settings, 'https://evil.example']",
    'may read the challenge',
    "+ 'https://evil.example'",
  ),
  loose(
    'large-messages',
    'traffic',
    'limit: 1Mi',
    'limit: 2Mi',
    'more than 1 MiB',
    '✖ a message of more than 1 MiB',
  ),
  loose(
    'one-limit-for-all-callers',
    'traffic',
    `        - clientSelectors:
            - headers:
                - name: x-mcp-subject
                  type: Distinct
          limit:`,
    '        - limit:',
    'calls too often',
    '✖ a caller that calls too often is refused, and no other',
  ),
  loose(
    'answers-of-the-server-rewritten',
    'traffic',
    `    - source: Local
      match:
        statusCodes:
          - type: Value
            value: 401
          - type: Value
            value: 403
`,
    `    - source: All
      match:
        statusCodes:
          - type: Value
            value: 401
          - type: Value
            value: 403
`,
    'passed on as it is',
    '✖ what the server itself refuses is passed on as it is',
  ),
  {
    id: 'gateway-conditions-not-read',
    file: 'test/planes/gateway-translate.ts',
    find: '  if (status === undefined) return [];',
    replace: '  if (status !== undefined) return [];',
    check: 'test/ingress-gateway.test.ts',
    only: 'every object is accepted',
    says: 'GatewayClass /envoy: Accepted True is not in',
  },
  {
    id: 'gateway-on-every-address',
    file: 'test/planes/gateway-files.ts',
    find: "{ address: '127.0.0.1', portValue: 0 };",
    replace: "{ address: '0.0.0.0', portValue: 0 };",
    check: 'test/ingress-gateway.test.ts',
    only: 'Envoy listens on loopback',
    says: '✖ Envoy listens on loopback and nowhere else',
  },
  {
    id: 'route-without-a-policy-open',
    file: 'manifests/ingress-gateway/pattern/closed.yaml',
    find: 'defaultAction: Deny',
    replace: 'defaultAction: Allow',
    check: 'test/ingress-gateway-closed.test.ts',
    only: '^a route that has no policy',
    says: '✖ a route that has no policy of its own is closed',
  },
];
