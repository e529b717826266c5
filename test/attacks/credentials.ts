import type { ServerAttack } from '../contracts.ts';
import { setHeader } from '../surfaces/server.ts';
import { invalidRequest, unauthorized } from './answers.ts';
import { authorization, inPlaceOfAuthorization, metaInPlaceOfAuthorization } from './changes.ts';

export const credentials: ServerAttack[] = [
  {
    id: 'no-token',
    title: 'A call without a token',
    about:
      'The request names no caller at all. An open endpoint executes it for anyone who reaches it.',
    threat: 'MT-01',
    criteria: ['C1'],
    surface: 'server',
    change: authorization(),
    refused: unauthorized,
  },
  {
    id: 'no-token-read',
    title: 'A reading call without a token',
    about:
      'Reading is a call like any other: a model card or an inference log is what an attacker looks for first.',
    threat: 'MT-01',
    criteria: ['C1'],
    surface: 'server',
    from: 'read',
    change: authorization(),
    refused: unauthorized,
  },
  {
    id: 'no-token-resource',
    title: 'Reading a resource without a token',
    about:
      'Only tool calls are guarded in many servers. A resource holds the same data behind another method.',
    threat: 'MT-01',
    criteria: ['C1'],
    surface: 'server',
    from: 'resource',
    change: authorization(),
    refused: unauthorized,
  },
  {
    id: 'empty-bearer',
    title: 'An empty Bearer field',
    about: 'A check for the presence of the field passes; there is no token in it.',
    threat: 'MT-01',
    criteria: ['C1'],
    surface: 'server',
    change: authorization('Bearer'),
    refused: invalidRequest('Authorization holds no bearer token'),
  },
  {
    id: 'basic-scheme',
    title: 'Basic in place of Bearer',
    about:
      'A user name and a password that nobody verifies, in the field where a token is expected.',
    threat: 'MT-01',
    criteria: ['C1'],
    surface: 'server',
    change: authorization('Basic Ym9iOmJvYg=='),
    refused: unauthorized,
  },
  {
    id: 'token-without-scheme',
    title: 'A token without its scheme',
    about:
      'The bare token in the field: a server that strips a prefix it does not find accepts any form.',
    threat: 'MT-01',
    criteria: ['C1'],
    surface: 'server',
    change: authorization('{token}'),
    refused: unauthorized,
  },
  {
    id: 'token-in-query',
    title: 'A token in the query',
    about:
      'A valid token in the address: from there it reaches access logs, histories and Referer fields.',
    threat: 'MT-04',
    criteria: ['C1'],
    surface: 'server',
    change(exchange) {
      setHeader(exchange, 'Authorization');
      exchange.target += '?access_token={token}';
    },
    refused: invalidRequest('a token does not belong in the query'),
  },
  {
    id: 'token-in-query-too',
    title: 'A second token in the query',
    about:
      'The field is right, and the address carries a token as well: it leaks, and two readers may pick differently.',
    threat: 'MT-04',
    criteria: ['C1'],
    surface: 'server',
    change: (exchange) => {
      exchange.target += '?access_token=of-mallory';
    },
    refused: invalidRequest('a token does not belong in the query'),
  },
  {
    id: 'token-in-body',
    title: 'A token in the body',
    about:
      'A valid token as a member of _meta: it is logged and stored with the message, and passed on with it.',
    threat: 'MT-04',
    criteria: ['C1'],
    surface: 'server',
    change: metaInPlaceOfAuthorization({ access_token: '{token}' }),
    refused: unauthorized,
  },
  {
    id: 'token-in-cookie',
    title: 'A token in a cookie',
    about:
      'A browser sends a cookie with requests that another site caused: a token there can be ridden.',
    threat: 'MT-04',
    criteria: ['C1'],
    surface: 'server',
    change: inPlaceOfAuthorization('Cookie', 'token={token}'),
    refused: unauthorized,
  },
  {
    id: 'token-in-proxy-field',
    title: 'A token for a proxy',
    about:
      'Proxy-Authorization is meant for the next hop, which logs and drops it by rules of its own.',
    threat: 'MT-04',
    criteria: ['C1'],
    surface: 'server',
    change: inPlaceOfAuthorization('Proxy-Authorization', 'Bearer {token}'),
    refused: unauthorized,
  },
  {
    id: 'token-in-x-field',
    title: 'A token in a field of its own invention',
    about:
      'Log filters know Authorization; what stands in X-Authorization is written down as it is.',
    threat: 'MT-04',
    criteria: ['C1'],
    surface: 'server',
    change: inPlaceOfAuthorization('X-Authorization', 'Bearer {token}'),
    refused: unauthorized,
  },
  {
    id: 'two-authorization-fields',
    title: 'Two Authorization fields',
    about:
      'One reader takes the first, another the last: a proxy may verify one and the server use the other.',
    threat: 'MT-01',
    criteria: ['C1'],
    surface: 'server',
    change: ({ headers }) => {
      headers.push(['Authorization', 'Bearer of-mallory']);
    },
    refused: invalidRequest('Authorization occurs more than once'),
  },
  {
    id: 'two-tokens-in-one-field',
    title: 'Two tokens in one field',
    about: 'A list in the field: readers that split at the comma disagree on who calls.',
    threat: 'MT-01',
    criteria: ['C1'],
    surface: 'server',
    change: authorization('Bearer {token}, Bearer x'),
    refused: invalidRequest('Authorization holds no bearer token'),
  },
];
