import type { ServerAttack } from '../contracts.ts';
import { invalidToken } from './answers.ts';

export const tokenAudience: ServerAttack[] = [
  {
    id: 'wrong-audience',
    title: 'A token for another server',
    about:
      'The token is valid, signed by the trusted issuer, and was issued for the wiki. A server that checks only the signature runs the call with bob’s rights.',
    threat: 'MT-06',
    criteria: ['C2'],
    surface: 'server',
    change: ({ token }) => {
      token.claims['aud'] = 'https://wiki.example.com/mcp';
    },
    refused: invalidToken('the token is for another server'),
  },
  {
    id: 'second-audience',
    title: 'A token for this server and another',
    about:
      'Whoever receives the token at the other server can use it here. The usual library call tests membership and accepts it.',
    threat: 'MT-06',
    criteria: ['C2'],
    surface: 'server',
    change: ({ token }) => {
      token.claims['aud'] = ['https://mcp.example.com/mcp', 'https://wiki.example.com/mcp'];
    },
    refused: invalidToken('the token has a second audience'),
  },
  {
    id: 'no-audience',
    title: 'A token without an audience',
    about: 'Issued for nobody in particular, it would be good everywhere.',
    threat: 'MT-06',
    criteria: ['C2'],
    surface: 'server',
    change: ({ token }) => {
      delete token.claims['aud'];
    },
    refused: invalidToken('the token is for another server'),
  },
  {
    id: 'empty-audience',
    title: 'A token with an empty list of audiences',
    about: 'A loop over no audience finds none that is wrong.',
    threat: 'MT-06',
    criteria: ['C2'],
    surface: 'server',
    change: ({ token }) => {
      token.claims['aud'] = [];
    },
    refused: invalidToken('the token is for another server'),
  },
  {
    id: 'audience-is-prefix',
    title: 'An audience that this server’s address continues',
    about: 'Another server below the same host: a comparison of beginnings accepts its tokens.',
    threat: 'MT-06',
    criteria: ['C2'],
    surface: 'server',
    change: ({ token }) => {
      token.claims['aud'] = 'https://mcp.example.com/mc';
    },
    refused: invalidToken('the token is for another server'),
  },
  {
    id: 'audience-continues',
    title: 'An audience that continues this server’s address',
    about: 'A neighbour’s endpoint begins with this server’s address.',
    threat: 'MT-06',
    criteria: ['C2'],
    surface: 'server',
    change: ({ token }) => {
      token.claims['aud'] = 'https://mcp.example.com/mcp-2';
    },
    refused: invalidToken('the token is for another server'),
  },
  {
    id: 'audience-with-slash',
    title: 'An audience with a trailing slash',
    about:
      'Another string is another resource: two parties that normalize differently disagree on which.',
    threat: 'MT-06',
    criteria: ['C2'],
    surface: 'server',
    change: ({ token }) => {
      token.claims['aud'] = 'https://mcp.example.com/mcp/';
    },
    refused: invalidToken('the token is for another server'),
  },
  {
    id: 'audience-other-case',
    title: 'An audience in another case',
    about: 'Paths are case-sensitive: this is the address of another server.',
    threat: 'MT-06',
    criteria: ['C2'],
    surface: 'server',
    change: ({ token }) => {
      token.claims['aud'] = 'https://mcp.example.com/MCP';
    },
    refused: invalidToken('the token is for another server'),
  },
  {
    id: 'audience-is-origin',
    title: 'An audience that is the host alone',
    about: 'Every server on the host would accept it, whoever runs the one for which it was meant.',
    threat: 'MT-06',
    criteria: ['C2'],
    surface: 'server',
    change: ({ token }) => {
      token.claims['aud'] = 'https://mcp.example.com';
    },
    refused: invalidToken('the token is for another server'),
  },
  {
    id: 'audiences-in-one-string',
    title: 'Two audiences in one string',
    about:
      'Split at the blank, as a scope is, it would name this server too; it is one name, and of nobody.',
    threat: 'MT-06',
    criteria: ['C2'],
    surface: 'server',
    change: ({ token }) => {
      token.claims['aud'] = 'a https://mcp.example.com/mcp';
    },
    refused: invalidToken('the token is for another server'),
  },
  {
    id: 'audience-plain-http',
    title: 'An audience without TLS',
    about: 'The same host and path over http: what listens there is not this server.',
    threat: 'MT-06',
    criteria: ['C2'],
    surface: 'server',
    change: ({ token }) => {
      token.claims['aud'] = 'http://mcp.example.com/mcp';
    },
    refused: invalidToken('the token is for another server'),
  },
  {
    id: 'other-issuer',
    title: 'A token of another issuer',
    about: 'Signed with a key that this server trusts, in the name of an issuer that it does not.',
    threat: 'MT-06',
    criteria: ['C2'],
    surface: 'server',
    change: ({ token }) => {
      token.claims['iss'] = 'https://id.example.net';
    },
    refused: invalidToken('the token is from another issuer'),
  },
  {
    id: 'issuer-with-slash',
    title: 'An issuer with a trailing slash',
    about: 'Issuers are compared as strings (RFC 8414 §3.3): this one is another.',
    threat: 'MT-06',
    criteria: ['C2'],
    surface: 'server',
    change: ({ token }) => {
      token.claims['iss'] = `${String(token.claims['iss'])}/`;
    },
    refused: invalidToken('the token is from another issuer'),
  },
  {
    id: 'no-issuer',
    title: 'A token without an issuer',
    about: 'Nobody answers for it.',
    threat: 'MT-06',
    criteria: ['C2'],
    surface: 'server',
    change: ({ token }) => {
      delete token.claims['iss'];
    },
    refused: invalidToken('the token is from another issuer'),
  },
  {
    id: 'id-token',
    title: 'An ID token as access token',
    about:
      'It tells a client who signed in, and grants nothing. Only the type tells both kinds apart.',
    threat: 'MT-06',
    criteria: ['C2'],
    surface: 'server',
    change: ({ token }) => {
      token.header['typ'] = 'JWT';
    },
    refused: invalidToken('the token is not an access token'),
  },
  {
    id: 'no-type',
    title: 'A token without a type',
    about: 'Any JWT of the issuer would do, whatever it was signed for (RFC 9068 §4).',
    threat: 'MT-06',
    criteria: ['C2'],
    surface: 'server',
    change: ({ token }) => {
      delete token.header['typ'];
    },
    refused: invalidToken('the token is not an access token'),
  },
];
