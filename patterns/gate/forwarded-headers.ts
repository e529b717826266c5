import { Refusal, rpcError } from './refusal.ts';

/** The request fields that a server behind the stages receives; every other one ends here. */
const forwarded = new Set([
  'accept',
  'content-type',
  'last-event-id',
  'mcp-method',
  'mcp-name',
  'mcp-protocol-version',
  'mcp-session-id',
  'origin',
  'traceparent',
  'tracestate',
  'user-agent',
]);

/** Whether a field mirrors an argument (MCP 2026-07-28, `x-mcp-header`); `name` in lower case. */
export const isParameter = (name: string): boolean => name.startsWith('mcp-param-');

/**
 * Keep the fields that MCP, content negotiation and tracing need. So the caller's token is never
 * passed on (MCP 2026-07-28, Access Token Privilege Restriction), nor a cookie, nor a field that
 * claims an identity (`X-Forwarded-User`, `X-Auth-Request-Email`, `X-Forwarded-Client-Cert` and
 * whatever a server may trust), nor what belongs to one connection (RFC 9110 §7.6.1). A client that
 * declares a kept field to be of one connection would take it away after it was judged: 400.
 */
export function forwardedHeaders(
  headers: readonly (readonly [name: string, value: string])[],
): [name: string, value: string][] {
  const lowered = headers.map(([name, value]): [string, string] => [name.toLowerCase(), value]);
  const ofConnection = lowered
    .filter(([name]) => name === 'connection')
    .flatMap(([, value]) => value.toLowerCase().split(/\s*,\s*/));
  const keep = (name: string): boolean => forwarded.has(name) || isParameter(name);
  if (ofConnection.some(keep)) {
    throw new Refusal(rpcError(400, -32600, 'Connection names a field that is passed on'));
  }
  return lowered.filter(([name]) => keep(name));
}
