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

/**
 * Keep the fields that MCP, content negotiation and tracing need. So the caller's token is never
 * passed on (MCP 2026-07-28, Access Token Privilege Restriction), nor a cookie, nor a field that
 * claims an identity (`X-Forwarded-User`, `X-Auth-Request-Email`, `X-Forwarded-Client-Cert` and
 * whatever a server may trust), nor what belongs to one connection (RFC 9110 §7.6.1).
 */
export function forwardedHeaders(
  headers: readonly (readonly [name: string, value: string])[],
): [name: string, value: string][] {
  const lowered = headers.map(([name, value]): [string, string] => [name.toLowerCase(), value]);
  const ofConnection = lowered
    .filter(([name]) => name === 'connection')
    .flatMap(([, value]) => value.toLowerCase().split(/\s*,\s*/));
  return lowered
    .filter(([name]) => forwarded.has(name) || name.startsWith('mcp-param-'))
    .filter(([name]) => !ofConnection.includes(name));
}
