import type { Answer } from '../gate/stage.ts';
import type { Options } from './options.ts';

/** Where the metadata of a resource stands: its path behind the well-known one (RFC 9728 §3.1). */
export function metadataUrl(resource: string): URL {
  const { origin, pathname } = new URL(resource);
  const path = pathname === '/' ? '' : pathname;
  return new URL(`/.well-known/oauth-protected-resource${path}`, origin);
}

/** Write the protected resource metadata (RFC 9728 §2), readable from any origin. */
export function createMetadata(options: Options): (method: string) => Answer {
  // #region metadata
  const body = JSON.stringify({
    resource: options.resource,
    authorization_servers: [options.issuer],
    scopes_supported: [options.scopes[0]],
    bearer_methods_supported: ['header'],
  });
  // #endregion
  const readable = { 'access-control-allow-origin': '*' };
  return (method) => {
    if (method === 'GET' || method === 'HEAD') {
      const cacheable = { 'cache-control': 'public, max-age=300' };
      const headers = { ...readable, ...cacheable, 'content-type': 'application/json' };
      return { status: 200, headers, body };
    }
    const allow = 'GET, HEAD, OPTIONS';
    if (method !== 'OPTIONS') return { status: 405, headers: { allow } };
    const preflight = {
      'access-control-allow-methods': 'GET',
      'access-control-allow-headers': 'mcp-protocol-version',
    };
    return { status: 204, headers: { allow, ...readable, ...preflight } };
  };
}
