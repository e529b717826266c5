import type { ServerAttack } from '../contracts.ts';
import { setOperation } from '../surfaces/server.ts';
import { insufficientScope } from './answers.ts';

export const scopes: ServerAttack[] = [
  {
    id: 'no-scope',
    title: 'A token without a scope',
    about: 'It proves who calls and grants nothing.',
    threat: 'MT-13',
    criteria: ['C8'],
    surface: 'server',
    change: ({ token }) => {
      delete token.claims['scope'];
    },
    refused: insufficientScope('models:deploy'),
  },
  {
    id: 'empty-scope',
    title: 'A token with an empty scope',
    about: 'An empty list of grants, in a call that reads.',
    threat: 'MT-13',
    criteria: ['C8'],
    surface: 'server',
    from: 'read',
    change: ({ token }) => {
      token.claims['scope'] = '';
    },
    refused: insufficientScope('models:read'),
  },
  {
    id: 'unknown-scope',
    title: 'A token with a scope of another server',
    about: 'Granted for mail, presented here.',
    threat: 'MT-13',
    criteria: ['C8'],
    surface: 'server',
    change: ({ token }) => {
      token.claims['scope'] = 'mail:send';
    },
    refused: insufficientScope('models:deploy'),
  },
  {
    id: 'read-to-deploy',
    title: 'A token for reading that deploys',
    about: 'Least privilege ends where any valid token opens any tool.',
    threat: 'MT-13',
    criteria: ['C8'],
    surface: 'server',
    change: ({ token }) => {
      token.claims['scope'] = 'models:read';
    },
    refused: insufficientScope('models:deploy'),
  },
  {
    id: 'read-to-delete',
    title: 'A token for reading that deletes',
    about: 'The same over two steps of the hierarchy.',
    threat: 'MT-13',
    criteria: ['C8'],
    surface: 'server',
    from: 'destroy',
    change: ({ token }) => {
      token.claims['scope'] = 'models:read';
    },
    refused: insufficientScope('models:delete'),
  },
  {
    id: 'deploy-to-delete',
    title: 'A token for deploying that deletes',
    about: 'A broader scope implies the narrower ones, never the other way round.',
    threat: 'MT-13',
    criteria: ['C8'],
    surface: 'server',
    from: 'destroy',
    change: ({ token }) => {
      token.claims['scope'] = 'models:deploy';
    },
    refused: insufficientScope('models:delete'),
  },
  {
    id: 'scope-prefix',
    title: 'A scope that the needed one continues',
    about: 'A comparison of beginnings reads models as models:deploy.',
    threat: 'MT-13',
    criteria: ['C8'],
    surface: 'server',
    change: ({ token }) => {
      token.claims['scope'] = 'models';
    },
    refused: insufficientScope('models:deploy'),
  },
  {
    id: 'scope-continues',
    title: 'A scope that continues the needed one',
    about: 'A search for the text models:read finds it in here.',
    threat: 'MT-13',
    criteria: ['C8'],
    surface: 'server',
    from: 'read',
    change: ({ token }) => {
      token.claims['scope'] = 'models:readonly';
    },
    refused: insufficientScope('models:read'),
  },
  {
    id: 'scope-other-case',
    title: 'A scope in another case',
    about: 'Scopes are case-sensitive (RFC 6749 §3.3): this is another one.',
    threat: 'MT-13',
    criteria: ['C8'],
    surface: 'server',
    change: ({ token }) => {
      token.claims['scope'] = 'Models:Deploy';
    },
    refused: insufficientScope('models:deploy'),
  },
  {
    id: 'scope-with-comma',
    title: 'Scopes joined by a comma',
    about: 'One unknown scope and no list: only a blank separates (RFC 6749 §3.3).',
    threat: 'MT-13',
    criteria: ['C8'],
    surface: 'server',
    change: ({ token }) => {
      token.claims['scope'] = 'mail,models:deploy';
    },
    refused: insufficientScope('models:deploy'),
  },
  {
    id: 'scope-wildcard',
    title: 'A scope for everything',
    about: 'A star is no scope that this server defined.',
    threat: 'MT-13',
    criteria: ['C8'],
    surface: 'server',
    change: ({ token }) => {
      token.claims['scope'] = '*';
    },
    refused: insufficientScope('models:deploy'),
  },
  {
    id: 'scope-as-list',
    title: 'A scope that is a list',
    about: 'The claim is one string (RFC 9068 §2.2.3); a list has other methods of the same names.',
    threat: 'MT-13',
    criteria: ['C8'],
    surface: 'server',
    change: ({ token }) => {
      token.claims['scope'] = ['models:deploy'];
    },
    refused: insufficientScope('models:deploy'),
  },
  {
    id: 'resource-without-scope',
    title: 'Reading a resource without the scope',
    about: 'Tools are guarded and the resource beside them is not.',
    threat: 'MT-13',
    criteria: ['C8'],
    surface: 'server',
    from: 'resource',
    change: ({ token }) => {
      token.claims['scope'] = 'mail:send';
    },
    refused: insufficientScope('models:read'),
  },
  {
    id: 'unlisted-tool',
    title: 'A tool that no scope opens',
    about:
      'A new release brought a tool that nobody has decided on. The broadest token must not open it.',
    threat: 'MT-13',
    criteria: ['C8'],
    surface: 'server',
    from: 'destroy',
    change: (exchange, target) => setOperation(exchange, target, 'unlisted'),
    refused: { status: '403', code: '-32600' },
  },
];
