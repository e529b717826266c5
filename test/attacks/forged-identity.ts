import type { ServerAttack } from '../contracts.ts';
import { invalidToken, unauthorized } from './answers.ts';
import {
  claim,
  inPlaceOfAuthorization,
  metaInPlaceOfAuthorization,
  signedWith,
} from './changes.ts';

export const forgedIdentity: ServerAttack[] = [
  {
    id: 'forwarded-user-field',
    title: 'A user in X-Forwarded-User',
    about: 'A field that a login proxy would set. Without that proxy anyone writes it.',
    threat: 'MT-02',
    criteria: ['C1'],
    surface: 'server',
    change: inPlaceOfAuthorization('X-Forwarded-User', 'carol'),
    refused: unauthorized,
  },
  {
    id: 'auth-request-field',
    title: 'A user in X-Auth-Request-Email',
    about: 'The field of another login proxy, here written by the caller.',
    threat: 'MT-02',
    criteria: ['C1'],
    surface: 'server',
    change: inPlaceOfAuthorization('X-Auth-Request-Email', 'carol@acme'),
    refused: unauthorized,
  },
  {
    id: 'client-certificate-field',
    title: 'A workload in X-Forwarded-Client-Cert',
    about:
      'The field in which a mesh passes on a verified certificate, here written by the caller.',
    threat: 'MT-02',
    criteria: ['C1'],
    surface: 'server',
    change: inPlaceOfAuthorization('X-Forwarded-Client-Cert', 'URI=ci'),
    refused: unauthorized,
  },
  {
    id: 'client-info-as-identity',
    title: 'A client name taken for an identity',
    about:
      'clientInfo is what the client says of itself (MCP 2026-07-28: not for security decisions).',
    threat: 'MT-02',
    criteria: ['C1'],
    surface: 'server',
    change: metaInPlaceOfAuthorization({
      'io.modelcontextprotocol/clientInfo': {
        title: 'Admin console',
        name: 'corpus',
        version: '1',
      },
    }),
    refused: unauthorized,
  },
  {
    id: 'session-as-authentication',
    title: 'A session id in place of a token',
    about:
      'The id of a session of 2025-11-25. It names a conversation, and whoever knows it is not thereby its owner.',
    threat: 'MT-02',
    criteria: ['C1'],
    surface: 'server',
    change: inPlaceOfAuthorization('Mcp-Session-Id', 'of-bob'),
    refused: unauthorized,
  },
  {
    id: 'algorithm-none',
    title: 'A token without a signature',
    about: 'alg says none, so that a verifier that obeys the token verifies nothing.',
    threat: 'MT-02',
    criteria: ['C2'],
    surface: 'server',
    change: signedWith('no signature'),
    refused: invalidToken('the signature algorithm is not accepted'),
  },
  {
    id: 'tampered-claims',
    title: 'Claims changed after signing',
    about:
      'The subject was replaced and the signature kept. A server that only decodes the token sees carol.',
    threat: 'MT-02',
    criteria: ['C2'],
    surface: 'server',
    change: ({ token }) => {
      token.tampered = { sub: 'carol' };
    },
    refused: invalidToken('the token is not signed by the issuer'),
  },
  {
    id: 'other-key-same-kid',
    title: 'Another key under a known key id',
    about: 'Everything in the token is right except the key: whoever owns it signed for bob.',
    threat: 'MT-02',
    criteria: ['C2'],
    surface: 'server',
    change: signedWith('unknown key'),
    refused: invalidToken('the token is not signed by the issuer'),
  },
  {
    id: 'public-key-as-secret',
    title: 'The public key as an HMAC secret',
    about:
      'alg says HS256, and the secret is the published key: a verifier that mixes both kinds accepts it.',
    threat: 'MT-02',
    criteria: ['C2'],
    surface: 'server',
    change: signedWith('key as secret'),
    refused: invalidToken('the signature algorithm is not accepted'),
  },
  {
    id: 'embedded-key',
    title: 'A token that brings its own key',
    about:
      'The header holds a jwk, and the signature verifies with it: the token vouches for itself.',
    threat: 'MT-02',
    criteria: ['C2'],
    surface: 'server',
    change: signedWith('own key in jwk'),
    refused: invalidToken('the token is not signed by the issuer'),
  },
  {
    id: 'key-address-in-header',
    title: 'A token that says where its key is',
    about: 'The header holds a jku on the attacker’s host, where the matching key is published.',
    threat: 'MT-02',
    criteria: ['C2'],
    surface: 'server',
    change: signedWith('own key at jku'),
    refused: invalidToken('the token is not signed by the issuer'),
  },
  {
    id: 'algorithm-not-listed',
    title: 'A published key with an algorithm that is not listed',
    about:
      'The authorization server publishes this key for another use. Only listed algorithms sign access tokens.',
    threat: 'MT-02',
    criteria: ['C2'],
    surface: 'server',
    change: signedWith('published key'),
    refused: invalidToken('the signature algorithm is not accepted'),
  },
  {
    id: 'no-subject',
    title: 'A token without a subject',
    about:
      'The call would be executed for nobody, and no record could say for whom (RFC 9068 §2.2).',
    threat: 'MT-21',
    criteria: ['C2'],
    surface: 'server',
    change: claim('sub', undefined),
    refused: invalidToken('the token has no valid sub'),
  },
  {
    id: 'empty-subject',
    title: 'A token with an empty subject',
    about: 'The claim is there and names nobody: a check for its presence passes.',
    threat: 'MT-21',
    criteria: ['C2'],
    surface: 'server',
    change: claim('sub', ''),
    refused: invalidToken('the token names no subject or no client'),
  },
  {
    id: 'no-client-id',
    title: 'A token without a client',
    about:
      'Which client acted cannot be told, and a rule on clients finds nothing to decide on (RFC 9068 §2.2).',
    threat: 'MT-21',
    criteria: ['C2'],
    surface: 'server',
    change: claim('client_id', undefined),
    refused: invalidToken('the token has no valid client_id'),
  },
];
