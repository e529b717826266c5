import { networkRemovals } from './removals-network.ts';

/** A condition of a stage, a client or a manifest, what takes it out, and the attacks that then work. */
export interface Removal {
  /** Kebab-case: the condition. */
  id: string;
  /** The plane that is asked, by default `typescript`. */
  plane?: string;
  /** Every place that repeats the condition. */
  edits: { file: string; find: string; replace: string }[];
  lets: string[];
}

const folder = 'patterns/token-authentication';
const edit = (file: string, find: string, replace: string) => ({
  file: `${folder}/${file}.ts`,
  find,
  replace,
});

const readToken = 'const token = readToken(request, challenge);';
const verify = 'const verified = await jwtVerify(token, keys, {';
const validate = 'validateAuthResponse(as, client, callback, state)';

export const removals: Removal[] = [
  {
    id: 'a-token-is-required',
    edits: [
      edit(
        'token-authentication',
        readToken,
        'let token = ""; try { token = readToken(request, challenge); } catch { return undefined; }',
      ),
    ],
    lets: [
      'no-token',
      'no-token-read',
      'no-token-resource',
      'empty-bearer',
      'basic-scheme',
      'token-without-scheme',
      'token-in-query',
      'token-in-query-too',
      'token-in-body',
      'token-in-cookie',
      'token-in-proxy-field',
      'token-in-x-field',
      'two-authorization-fields',
      'two-tokens-in-one-field',
      'forwarded-user-field',
      'auth-request-field',
      'client-certificate-field',
      'client-info-as-identity',
      'session-as-authentication',
    ],
  },
  {
    id: 'no-token-in-the-query',
    edits: [edit('read-token', "has('access_token')", "has('no such name')")],
    lets: ['token-in-query-too'],
  },
  {
    id: 'one-authorization-field',
    edits: [edit('read-token', 'credentials.length > 1', 'credentials.length > 9')],
    lets: ['two-authorization-fields'],
  },
  {
    id: 'the-bearer-scheme',
    edits: [
      edit('read-token', '/^Bearer(?:\\s|$)/i', '/^/'),
      edit('read-token', '/^Bearer +([', '/^(?:Bearer +)?(['),
    ],
    lets: ['token-without-scheme'],
  },
  {
    id: 'one-token-in-the-field',
    edits: [edit('read-token', '+=*)$/i', '+=*)/i')],
    lets: ['two-tokens-in-one-field'],
  },
  {
    id: 'signature',
    edits: [
      edit(
        'verify-token',
        "from 'jose';",
        "from 'jose'; import { decodeJwt, decodeProtectedHeader, generateKeyPair, SignJWT } from 'jose';",
      ),
      edit(
        'verify-token',
        verify,
        `const { typ } = decodeProtectedHeader(token);
         const { privateKey, publicKey } = await generateKeyPair('ES256');
         const own = new SignJWT(decodeJwt(token)).setProtectedHeader({ alg: 'ES256', typ });
         const verified = await jwtVerify(await own.sign(privateKey), publicKey, {`,
      ),
    ],
    lets: [
      'algorithm-none',
      'tampered-claims',
      'other-key-same-kid',
      'public-key-as-secret',
      'embedded-key',
      'key-address-in-header',
      'algorithm-not-listed',
      'withdrawn-key',
    ],
  },
  {
    id: 'listed-algorithms',
    edits: [edit('verify-token', 'algorithms: options.algorithms,', '')],
    lets: ['algorithm-not-listed'],
  },
  {
    id: 'type',
    edits: [edit('verify-token', "typ: 'at+jwt',", '')],
    lets: ['other-type', 'no-type'],
  },
  {
    id: 'issuer',
    edits: [
      edit('verify-token', 'issuer: options.issuer,', ''),
      edit('verify-token', 'issuer: text(iss)', 'issuer: String(iss)'),
    ],
    lets: ['other-issuer', 'issuer-with-slash', 'no-issuer'],
  },
  {
    id: 'audience',
    edits: [edit('verify-token', 'audience: options.resource,', '')],
    lets: [
      'wrong-audience',
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
    edits: [edit('verify-token', 'checkSoleAudience(payload);', '')],
    lets: ['second-audience'],
  },
  {
    id: 'expiry',
    edits: [
      edit(
        'verify-token',
        '.catch(explain)',
        ".catch((e) => (e.claim === 'exp' ? { caller: toCaller(e.payload, 3600) } : explain(e)))",
      ),
    ],
    lets: ['expired', 'no-expiry', 'expiry-as-string'],
  },
  {
    id: 'expiry-is-required',
    edits: [edit('verify-token', "['exp', ", '[')],
    lets: ['no-expiry'],
  },
  {
    id: 'narrow-clock-skew',
    edits: [edit('verify-token', 'clockTolerance ?? 5', 'clockTolerance ?? 3600')],
    lets: ['expired', 'not-yet-valid'],
  },
  {
    id: 'keys-are-fetched-again',
    edits: [edit('verify-token', 'jwksCacheMaxAge ?? 600_000', 'Infinity')],
    lets: ['withdrawn-key'],
  },
  {
    id: 'subject',
    edits: [
      edit('verify-token', "'sub', ", ''),
      edit('verify-token', 'subject: text(sub)', 'subject: String(sub)'),
    ],
    lets: ['no-subject', 'empty-subject'],
  },
  {
    id: 'subject-that-is-not-empty',
    edits: [edit('verify-token', " && claim !== ''", '')],
    lets: ['empty-subject'],
  },
  {
    id: 'client',
    edits: [
      edit('verify-token', ", 'client_id']", ']'),
      edit('verify-token', 'clientId: text(clientId)', 'clientId: String(clientId)'),
    ],
    lets: ['no-client-id'],
  },
  {
    id: 'scope',
    edits: [
      edit('token-authentication', 'if (!covers(caller.scopes, scope, scopes)) {', 'if (false) {'),
    ],
    lets: [
      'no-scope',
      'empty-scope',
      'unknown-scope',
      'read-to-deploy',
      'read-to-delete',
      'deploy-to-delete',
      'scope-prefix',
      'scope-continues',
      'scope-other-case',
      'scope-with-comma',
      'scope-wildcard',
      'scope-as-list',
      'resource-without-scope',
    ],
  },
  {
    id: 'scope-of-the-tool',
    edits: [edit('scopes', 'return tools[tool];', 'return scopes[0];')],
    lets: ['read-to-deploy', 'read-to-delete', 'deploy-to-delete'],
  },
  {
    id: 'scope-is-a-string',
    edits: [
      edit(
        'verify-token',
        "typeof scope === 'string' ? scope.split(' ').filter(Boolean) : []",
        "[scope].flat().join(' ').split(' ')",
      ),
    ],
    lets: ['scope-as-list'],
  },
  {
    id: 'tool-that-no-scope-opens',
    edits: [
      edit(
        'token-authentication',
        'if (scope === undefined) return openToNobody(message);',
        'if (scope === undefined) return undefined;',
      ),
    ],
    lets: ['unlisted-tool'],
  },
  {
    id: 'client-secure-addresses',
    edits: [edit('client-checks', 'if (isSecure(url)) return;', 'return;')],
    lets: [
      'script-as-authorization-endpoint',
      'file-as-authorization-endpoint',
      'authorization-endpoint-without-tls',
      'token-endpoint-without-tls',
    ],
  },
  {
    id: 'client-resource',
    edits: [edit('client-checks', 'if (resource === server.href) return;', 'return;')],
    lets: ['metadata-of-other-resource'],
  },
  {
    id: 'client-registration',
    edits: [edit('client-checks', 'if (issuer === own) return;', 'return;')],
    lets: ['unregistered-authorization-server'],
  },
  {
    id: 'client-issuer-of-metadata',
    edits: [edit('discover', 'checkIssuer(as.issuer, issuer);', 'as.issuer = issuer;')],
    lets: ['metadata-of-other-issuer'],
  },
  {
    id: 'client-pkce',
    edits: [
      edit(
        'client-checks',
        "if (as.code_challenge_methods_supported?.includes('S256')) return;",
        'return;',
      ),
    ],
    lets: ['pkce-not-announced', 'pkce-plain-only'],
  },
  {
    id: 'client-issuer-of-answer',
    edits: [
      edit(
        'client-checks',
        validate,
        `(callback.searchParams.delete('iss'), validateAuthResponse(
          { ...as, authorization_response_iss_parameter_supported: false }, client, callback, state))`,
      ),
    ],
    lets: [
      'mix-up',
      'response-of-other-issuer',
      'response-issuer-with-slash',
      'response-without-issuer',
    ],
  },
  {
    id: 'client-issuer-that-was-announced',
    edits: [
      edit(
        'client-checks',
        validate,
        `validateAuthResponse(
          { ...as, authorization_response_iss_parameter_supported: false }, client, callback, state)`,
      ),
    ],
    lets: ['response-without-issuer'],
  },
  {
    id: 'client-state',
    edits: [
      edit('client-checks', '  validateAuthResponse,', '  validateAuthResponse, skipStateCheck,'),
      edit('client-checks', 'client, callback, state)', 'client, callback, skipStateCheck)'),
    ],
    lets: ['foreign-state', 'no-state'],
  },
  ...networkRemovals,
];
