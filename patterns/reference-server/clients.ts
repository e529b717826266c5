import { randomBytes } from 'node:crypto';
import type { ClientMetadata } from 'oidc-provider';
import { subjects, terminalClient, type Subject } from './subjects.ts';

/** The clients registered beforehand: a terminal, the workloads and the agent. */
export function registeredClients(secrets: ReadonlyMap<string, string>): ClientMetadata[] {
  const native = { application_type: 'native', response_types: ['code' as const] } as const;
  return [
    {
      ...native,
      client_id: terminalClient,
      client_name: 'MCP client in a terminal',
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code'],
      redirect_uris: [
        'http://127.0.0.1/callback',
        'http://127.0.0.1/oauth/callback',
        'http://localhost/oauth/callback',
      ],
    },
    ...subjects
      .filter(({ kind }) => kind === 'agent')
      .map(({ clientId }) => ({
        ...native,
        client_id: clientId,
        client_secret: secrets.get(clientId),
        client_name: 'Support agent',
        grant_types: ['authorization_code'],
        redirect_uris: ['http://127.0.0.1/callback'],
      })),
    ...subjects
      .filter(({ kind }) => kind === 'workload')
      .map(({ clientId }) => ({
        client_id: clientId,
        client_secret: secrets.get(clientId),
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
      })),
  ];
}

/** Make a secret for each client that has one; none is ever written down in the repository. */
export function createSecrets(): Map<string, string> {
  const confidential = subjects.filter(({ kind }) => kind !== 'person');
  return new Map(confidential.map(({ clientId }) => [clientId, randomBytes(32).toString('hex')]));
}

/** Find whose token this is: a workload by its client, a person by account, an agent by both. */
export function subjectOf(clientId?: string, account?: string): Subject | undefined {
  const all = subjects.filter(({ signsIn }) => signsIn === account);
  return all.find((each) => each.clientId === clientId) ?? (account ? all[0] : undefined);
}
