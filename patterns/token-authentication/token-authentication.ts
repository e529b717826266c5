import { causeOf } from '../gate/cause.ts';
import { Refusal, rpcError } from '../gate/refusal.ts';
import type { Answer, Caller, Message, Stage } from '../gate/stage.ts';
import { createChallenge } from './challenge.ts';
import { createMetadata, metadataUrl } from './metadata.ts';
import { describeFault, describeScopes } from './found.ts';
import { findMistakes, type Options } from './options.ts';
import { readToken } from './read-token.ts';
import { covers, scopeFor } from './scopes.ts';
import { createVerifier, InvalidToken, KeysUnavailable } from './verify-token.ts';

/**
 * Make a resource server (MCP 2026-07-28, Authorization) out of whatever stands behind: no request
 * passes without an access token for this server alone, with the scope that the request needs.
 * Throws when an option is wrong.
 */
export function tokenAuthentication(options: Options): Stage {
  for (const [option, mistake] of findMistakes(options)) throw new Error(`${option}: ${mistake}`);
  const { scopes } = options;
  const [firstScope = ''] = scopes;
  const document = metadataUrl(options.resource);
  const challenge = createChallenge(document, firstScope);
  const metadata = createMetadata(options);
  const verify = createVerifier(options);

  // #region stage
  return async (request) => {
    if (request.target === document.pathname) return metadata(request.method);
    if (request.target.startsWith('/.well-known/')) return { status: 404 };

    const token = readToken(request, challenge);
    request.caller = await authenticate(token);

    const isPost = request.method === 'POST';
    const message = isPost ? await request.message() : undefined;
    // a body that comes slowly can outlast its token
    const caller = await authenticate(token);
    const scope = scopeFor(message, options);
    if (scope === undefined) return openToNobody(message);
    if (!covers(caller.scopes, scope, scopes)) {
      const needs = `this call needs ${scope}`;
      const refusal = challenge.refused('insufficient_scope', needs, scope);
      return { ...refusal, cause: describeScopes(caller) };
    }
    return undefined;
  };
  // #endregion

  /** Verify a token; without the issuer's keys nothing is let in, and the client may try later. */
  async function authenticate(token: string): Promise<Caller> {
    try {
      return await verify(token);
    } catch (error) {
      if (error instanceof InvalidToken) {
        const answer = challenge.refused('invalid_token', error.message);
        throw new Refusal({ ...answer, cause: describeFault(token, error, options) });
      }
      if (!(error instanceof KeysUnavailable)) throw error;
      const text = 'the keys of the authorization server cannot be fetched';
      const answer = rpcError(503, -32603, text, { 'retry-after': '5' });
      throw new Refusal({ ...answer, cause: causeOf(error) });
    }
  }
}

/** Refused for good: no scope that a client could ask for opens the tool. */
const openToNobody = (message?: Message): Answer =>
  rpcError(403, -32600, 'this tool is open to nobody', {}, message?.id);
