import type { Refusal } from '../contracts.ts';
import { unauthorized } from '../attacks/answers.ts';

/** What the gateway answers: RFC 6750's status and challenge, and Envoy's reason or a word of ours. */
const answer = (reason: string, attacks: string, more: Partial<Refusal> = {}) =>
  attacks.split(/\s+/).map((id): [string, Refusal] => [id, { ...unauthorized, ...more, reason }]);
const jwt = (words: string) => `jwt_authn_access_denied{${words}}`;
const invalid = { error: 'invalid_token' };

/** By attack; those that are missing here work. */
export const answers: Record<string, Refusal> = Object.fromEntries([
  ...answer(
    'missing',
    `no-token no-token-read no-token-resource empty-bearer basic-scheme token-without-scheme
     token-in-query token-in-body token-in-cookie token-in-proxy-field token-in-x-field
     forwarded-user-field auth-request-field client-certificate-field client-info-as-identity
     session-as-authentication`,
  ),
  ...answer('query', 'token-in-query-too', { status: '400', error: 'invalid_request' }),
  ...answer(
    jwt('Jwt_signature_is_an_invalid_Base64url_encoded'),
    'two-authorization-fields two-tokens-in-one-field',
    invalid,
  ),
  ...answer(
    jwt('Jwt_is_not_in_the_form_of_Header.Payload.Signature_with_two_dots_and_3_sections'),
    'algorithm-none',
    invalid,
  ),
  ...answer('signature', 'tampered-claims other-key-same-kid embedded-key', invalid),
  ...answer('key', 'public-key-as-secret key-address-in-header withdrawn-key', invalid),
  ...answer(
    'audience',
    `wrong-audience no-audience empty-audience audience-is-prefix audience-continues
     audience-other-case audience-is-origin audiences-in-one-string`,
    invalid,
  ),
  // Envoy leaves out the scheme and a last slash when it compares
  ...answer('audience', 'second-audience audience-with-slash audience-plain-http', invalid),
  ...answer('issuer', 'other-issuer issuer-with-slash no-issuer', invalid),
  ...answer('type', 'other-type no-type', invalid),
  ...answer('subject', 'no-subject empty-subject', invalid),
  ...answer('client', 'no-client-id', invalid),
  ...answer('expiry', 'expired no-expiry', invalid),
  ...answer(jwt('Jwt_payload_[exp]_field_is_not_an_integer'), 'expiry-as-string', invalid),
  ...answer('beginning', 'not-yet-valid', invalid),
  ...answer(
    'scope',
    `no-scope empty-scope unknown-scope scope-prefix scope-continues scope-other-case
     scope-with-comma scope-wildcard resource-without-scope`,
    { status: '403', error: 'insufficient_scope' },
  ),
]);
