import type { ClientAttack } from '../contracts.ts';
import { stops } from './answers.ts';

export const clientDiscovery: ClientAttack[] = [
  {
    id: 'mix-up',
    title: 'The authorization endpoint of another authorization server',
    about:
      'The attacker runs the server’s authorization server and sends the user to the one they know: its code would be handed to the attacker. PKCE does not help, since the verifier goes along.',
    threat: 'MT-09',
    criteria: ['C26'],
    surface: 'client',
    change({ serverMetadata }, { other }) {
      serverMetadata['authorization_endpoint'] = `${other.issuer}/auth`;
    },
    refused: stops('the answer is not from this request and https://id.example.com'),
  },
  {
    id: 'response-of-other-issuer',
    title: 'A response that another issuer has signed for',
    about: 'iss in the authorization response is not the issuer that was asked (RFC 9207 §2.4).',
    threat: 'MT-09',
    criteria: ['C26'],
    surface: 'client',
    change({ response }, { other }) {
      response['iss'] = other.issuer;
    },
    refused: stops('the answer is not from this request and https://id.example.com'),
  },
  {
    id: 'response-issuer-with-slash',
    title: 'A response whose issuer has a trailing slash',
    about: 'Issuers are compared as strings, without any normalization.',
    threat: 'MT-09',
    criteria: ['C26'],
    surface: 'client',
    change({ response }, { authorizationServer }) {
      response['iss'] = `${authorizationServer.issuer}/`;
    },
    refused: stops('the answer is not from this request and https://id.example.com'),
  },
  {
    id: 'response-without-issuer',
    title: 'A response without its issuer',
    about:
      'The authorization server announced iss in every response, and this one has none: whoever took it out hides where the code is from.',
    threat: 'MT-09',
    criteria: ['C26'],
    surface: 'client',
    change({ response }) {
      response['iss'] = undefined;
    },
    refused: stops('the answer is not from this request and https://id.example.com'),
  },
  {
    id: 'metadata-of-other-issuer',
    title: 'Metadata in the name of another issuer',
    about:
      'The document lies where one issuer should publish it and names another: its endpoints would be used with that one’s good name.',
    threat: 'MT-09',
    criteria: ['C26'],
    surface: 'client',
    change({ serverMetadata }, { other }) {
      serverMetadata['issuer'] = other.issuer;
    },
    refused: stops('https://id.example.com names itself https://id.example.net'),
  },
  {
    id: 'unregistered-authorization-server',
    title: 'An authorization server that the client is not registered with',
    about:
      'The server names another authorization server. Credentials belong to the issuer that gave them (MCP 2026-07-28, Authorization Server Binding).',
    threat: 'MT-09',
    criteria: ['C26'],
    surface: 'client',
    change({ resourceMetadata }, { other }) {
      resourceMetadata['authorization_servers'] = [other.issuer];
    },
    refused: stops('the client is not registered with https://id.example.net'),
  },
  {
    id: 'metadata-of-other-resource',
    title: 'Metadata of another resource',
    about:
      'The server says that it is another one: the client would ask for a token for that server, and hand it to this one.',
    threat: 'MT-11',
    criteria: ['C26'],
    surface: 'client',
    change({ resourceMetadata }) {
      resourceMetadata['resource'] = 'https://wiki.example.com/mcp';
    },
    refused: stops('the metadata is about https://wiki.example.com/mcp'),
  },
  {
    id: 'script-as-authorization-endpoint',
    title: 'A script in place of the authorization endpoint',
    about:
      'What the client opens in the browser runs there: only https, and http on loopback, may be opened.',
    threat: 'MT-11',
    criteria: ['C26'],
    surface: 'client',
    change({ serverMetadata }) {
      serverMetadata['authorization_endpoint'] = 'javascript:alert(origin)';
    },
    refused: stops(
      'authorization endpoint "javascript:alert(origin)" is neither https nor loopback',
    ),
  },
  {
    id: 'file-as-authorization-endpoint',
    title: 'A file in place of the authorization endpoint',
    about: 'A handler on the user’s machine opens it, with what the attacker put behind the name.',
    threat: 'MT-11',
    criteria: ['C26'],
    surface: 'client',
    change({ serverMetadata }) {
      serverMetadata['authorization_endpoint'] = 'file:///tmp/downloaded.html';
    },
    refused: stops(
      'authorization endpoint "file:///tmp/downloaded.html" is neither https nor loopback',
    ),
  },
  {
    id: 'authorization-endpoint-without-tls',
    title: 'An authorization endpoint without TLS',
    about: 'Anyone on the way reads the code, or puts another page in its place.',
    threat: 'MT-11',
    criteria: ['C26'],
    surface: 'client',
    change({ serverMetadata }) {
      serverMetadata['authorization_endpoint'] = 'http://id.example.com/auth';
    },
    refused: stops(
      'authorization endpoint "http://id.example.com/auth" is neither https nor loopback',
    ),
  },
  {
    id: 'token-endpoint-without-tls',
    title: 'A token endpoint without TLS',
    about: 'Code and verifier in the clear: who reads both redeems them first.',
    threat: 'MT-10',
    criteria: ['C26'],
    surface: 'client',
    change({ serverMetadata }) {
      serverMetadata['token_endpoint'] = 'http://id.example.com/token';
    },
    refused: stops('token endpoint "http://id.example.com/token" is neither https nor loopback'),
  },
  {
    id: 'pkce-not-announced',
    title: 'An authorization server that announces no PKCE',
    about: 'It would ignore the challenge, and an intercepted code could be redeemed by anyone.',
    threat: 'MT-10',
    criteria: ['C26'],
    surface: 'client',
    change({ serverMetadata }) {
      delete serverMetadata['code_challenge_methods_supported'];
    },
    refused: stops('https://id.example.com does not announce PKCE with S256'),
  },
  {
    id: 'pkce-plain-only',
    title: 'An authorization server that offers plain PKCE only',
    about: 'The challenge is the verifier: who reads the request can redeem the code.',
    threat: 'MT-10',
    criteria: ['C26'],
    surface: 'client',
    change({ serverMetadata }) {
      serverMetadata['code_challenge_methods_supported'] = ['plain'];
    },
    refused: stops('https://id.example.com does not announce PKCE with S256'),
  },
  {
    id: 'foreign-state',
    title: 'A response that the client did not ask for',
    about:
      'The state is of another request: the attacker’s code would be redeemed in the user’s session.',
    threat: 'MT-10',
    criteria: ['C26'],
    surface: 'client',
    change({ response }) {
      response['state'] = 'of-mallory';
    },
    refused: stops('the answer is not from this request and https://id.example.com'),
  },
  {
    id: 'no-state',
    title: 'A response without a state',
    about: 'Nothing ties it to a request of this client.',
    threat: 'MT-10',
    criteria: ['C26'],
    surface: 'client',
    change({ response }) {
      response['state'] = undefined;
    },
    refused: stops('the answer is not from this request and https://id.example.com'),
  },
];
