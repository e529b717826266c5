import { randomBytes } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { JSONWebKeySet } from 'jose';
import type { ClientMetadata } from 'oidc-provider';
import { listen } from '../gate/listen.ts';
import { requestToken } from './grants.ts';
import { answerLogIn } from './log-in-page.ts';
import { createMemoryAdapter } from './memory-adapter.ts';
import { mintToken, type MintOptions } from './mint.ts';
import { createSecrets, registeredClients } from './clients.ts';
import { createProvider } from './provider.ts';
import { createSigningKeys, publicKey, rotate } from './signing-keys.ts';
import { findSubject } from './subjects.ts';

/** A running authorization server of laptop and tests. */
export interface AuthorizationServer {
  issuer: string;
  jwksUri: string;
  /** Secrets of the workloads and the agent, by `client_id`. */
  secrets: ReadonlyMap<string, string>;
  mint: (options?: MintOptions) => Promise<string>;
  tokenFor: (subject: string, options?: { scope?: string; resource?: string }) => Promise<string>;
  rotateKeys: () => Promise<void>;
  jwks: () => JSONWebKeySet;
  close: () => Promise<void>;
}

/**
 * Start an authorization server on loopback whose sign-in page lets anyone in as anyone: for a
 * laptop and for tests. `resources` may grow while it runs.
 */
export async function startAuthorizationServer(options: {
  port?: number;
  /** Its address, where something stands before it; by default where it listens. */
  issuer?: string;
  resources: readonly string[];
  clients?: ClientMetadata[];
  fetch?: typeof fetch;
}): Promise<AuthorizationServer> {
  const { resources } = options;
  let answer: RequestListener = (_request, response) => response.writeHead(503).end();
  const listening = await listen((request, response) => answer(request, response), options);
  const { issuer = listening.url.origin } = options;
  const secrets = createSecrets();
  const fixed = {
    issuer,
    resources,
    clients: [...registeredClients(secrets), ...(options.clients ?? [])],
    adapter: createMemoryAdapter(),
    cookieKey: randomBytes(32).toString('hex'),
    fetch: options.fetch,
  };
  let keys = await createSigningKeys();
  const serve = (): void => {
    const provider = createProvider({ ...fixed, keys });
    const callback = provider.callback();
    answer = (request: IncomingMessage, response: ServerResponse) => {
      if (!request.url?.startsWith('/interaction/')) return void callback(request, response);
      answerLogIn(provider, request, response).catch(() => {
        if (!response.headersSent) response.writeHead(400, { 'content-type': 'text/plain' });
        response.end('this sign-in has ended: start again from the client\n');
      });
    };
  };
  serve();
  return {
    issuer,
    jwksUri: `${issuer}/jwks`,
    secrets,
    mint: (mint) => mintToken(keys, { issuer, audience: resources[0] ?? '' }, mint),
    tokenFor: async (subject, { scope, resource = resources[0] ?? '' } = {}) => {
      const secret = secrets.get(findSubject(subject).clientId);
      return requestToken({ issuer, subject, resource, scope, secret });
    },
    rotateKeys: async () => {
      keys = await rotate(keys);
      serve();
    },
    jwks: () => ({ keys: [publicKey(keys.current), publicKey(keys.rsa)] }),
    close: listening.close,
  };
}
