/** What a resource server must know about itself and its authorization server. */
export interface Options {
  /** The public URL of the MCP endpoint, in canonical form: the only audience accepted. */
  resource: string;
  /** The issuer identifier of the authorization server, compared character by character. */
  issuer: string;
  jwksUri: string;
  /** Signature algorithms accepted; asymmetric ones only. */
  algorithms: string[];
  /** Narrow to broad: each implies those before it, and the first is needed for every call. */
  scopes: string[];
  /** The scope that opens each tool; a tool that is not named here is refused. */
  tools: Record<string, string>;
  /** How far the clocks of issuer and server may differ, in seconds; 5 by default. */
  clockTolerance?: number;
  /** How long fetched keys are used, in milliseconds; 10 minutes by default. */
  jwksCacheMaxAge?: number;
  /** How long an unknown key id causes no other fetch, in milliseconds; 30 seconds by default. */
  jwksCooldown?: number;
}

/** The options that can be wrong by themselves. */
export type Option = 'resource' | 'issuer' | 'jwksUri' | 'algorithms' | 'scopes' | 'tools';

const asymmetric = /^(?:(?:RS|PS|ES)(?:256|384|512)|EdDSA|Ed25519|ML-DSA-(?:44|65|87))$/;
const scopeToken = /^[\x21\x23-\x5B\x5D-\x7E]+$/;

/** Say what is wrong with each option, by its name; nothing when all are right. */
export function findMistakes(options: Options): [option: Option, mistake: string][] {
  const { resource, issuer, jwksUri, algorithms, scopes, tools } = options;
  const mistakes: [Option, string][] = [];
  if (!isSecure(resource) || new URL(resource).href !== resource || /[?#]/.test(resource)) {
    mistakes.push(['resource', `"${resource}" is not a canonical https URL without query`]);
  }
  if (!isSecure(issuer) || /[?#]/.test(issuer)) {
    mistakes.push(['issuer', `"${issuer}" is not an https URL without query (RFC 8414 §2)`]);
  }
  if (!isSecure(jwksUri)) mistakes.push(['jwksUri', `"${jwksUri}" is not an https URL`]);
  const symmetric = algorithms.filter((algorithm) => !asymmetric.test(algorithm));
  if (symmetric.length > 0 || algorithms.length === 0) {
    const named = symmetric.join(' ') || 'none given';
    mistakes.push(['algorithms', `${named}: name asymmetric signature algorithms, as ES256`]);
  }
  const valid = scopes.every((scope) => scopeToken.test(scope));
  if (!valid || scopes.length === 0 || new Set(scopes).size < scopes.length) {
    mistakes.push(['scopes', `"${scopes.join(' ')}" is not one or more different scope tokens`]);
  }
  for (const [tool, scope] of Object.entries(tools)) {
    if (scopes.includes(scope)) continue;
    mistakes.push(['tools', `${tool} needs "${scope}", which is not among the scopes`]);
  }
  return mistakes;
}

/** Whether a URL is https, or http to this machine (OAuth 2.1 §1.5, RFC 8252 §7.3). */
export function isSecure(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, username, password } = new URL(url);
  if (username !== '' || password !== '') return false;
  const loopback = ['127.0.0.1', '[::1]', 'localhost'].includes(hostname);
  return protocol === 'https:' || (protocol === 'http:' && loopback);
}
