import type { Refusal } from '../contracts.ts';

const resource_metadata = 'https://mcp.example.com/.well-known/oauth-protected-resource/mcp';

/** 401 without an error code: the request brings no token (RFC 6750 §3.1). */
export const unauthorized: Refusal = { status: '401', resource_metadata, scope: 'models:read' };

/** 401: a token that does not hold (RFC 6750 §3.1). */
export function invalidToken(error_description: string): Refusal {
  return { ...unauthorized, error: 'invalid_token', error_description };
}

/** 400: the token comes twice, or in a place where it must not be (RFC 6750 §3.1). */
export function invalidRequest(error_description: string): Refusal {
  return { ...unauthorized, status: '400', error: 'invalid_request', error_description };
}

/** 403: the token holds, but not for this (RFC 6750 §3.1, MCP 2026-07-28 Scope Challenge). */
export function insufficientScope(scope: string): Refusal {
  return {
    status: '403',
    resource_metadata,
    error: 'insufficient_scope',
    error_description: `this call needs ${scope}`,
    scope,
  };
}

/** A client that stops before anything reaches a hostile endpoint. */
export function stops(message: string): Refusal {
  return { status: 'stops', error: 'Untrusted', message };
}

/** A flow that the policies of its source or of its destination do not open. */
export function denied(by: 'ingress' | 'egress'): Refusal {
  return { status: 'denied', by };
}
