import { base64url, decodeJwt, decodeProtectedHeader, exportSPKI, importJWK } from 'jose';
import type { AuthorizationServer } from '../../patterns/reference-server/authorization-server.ts';
import type { MintOptions } from '../../patterns/reference-server/mint.ts';
import type { Attacker } from './attacker.ts';

/** Who signs, in the words that a page shows. */
export type Key =
  | 'current key'
  | 'withdrawn key'
  | 'unknown key'
  | 'published key'
  | 'no signature'
  | 'key as secret'
  | 'own key in jwk'
  | 'own key at jku';

/** A token taken apart; times are seconds from now, so that no clock shows in the evidence. */
export interface Token {
  /** As the authorization server issued it: sent when nothing was changed. */
  issued: string;
  header: Record<string, unknown>;
  claims: Record<string, unknown>;
  key: Key;
  /** Claims replaced after signing: the signature is of the claims before. */
  tampered?: Record<string, unknown>;
}

/** A NumericDate so many seconds from now; as a string where that is the fault. */
export class FromNow {
  readonly seconds: number;
  readonly asString: boolean;
  constructor(seconds: number, asString = false) {
    this.seconds = seconds;
    this.asString = asString;
  }
  /** Resolve to the claim's value at this moment. */
  value(): number | string {
    const date = Math.floor(Date.now() / 1000) + this.seconds;
    return this.asString ? String(date) : date;
  }
  toString(): string {
    const { seconds } = this;
    const text = seconds < 0 ? `${-seconds} s ago` : `in ${seconds} s`;
    return this.asString ? `"${text}"` : text;
  }
}

const untouched = new WeakMap<Token, string>();

/** Take an issued token apart. */
export function takeApart(issued: string): Token {
  const claims: Record<string, unknown> = { ...decodeJwt(issued) };
  const { iat, exp } = claims;
  if (typeof iat !== 'number' || typeof exp !== 'number')
    throw new Error('a token without iat, exp');
  claims['exp'] = new FromNow(exp - iat);
  delete claims['iat'];
  const header = { ...decodeProtectedHeader(issued) };
  const token: Token = { issued, header, claims, key: 'current key' };
  untouched.set(token, fingerprint(token));
  return token;
}

/** Sign a token again with what was changed in it; an unchanged one is sent as it was issued. */
export async function compose(
  token: Token,
  server: AuthorizationServer,
  attacker: Attacker,
): Promise<string> {
  if (untouched.get(token) === fingerprint(token)) return token.issued;
  const kept = { ...token.header };
  delete kept['alg'];
  delete kept['kid'];
  const claims = Object.fromEntries(
    Object.entries({ iat: new FromNow(0), ...token.claims }).map(([name, value]) => [
      name,
      value instanceof FromNow ? value.value() : value,
    ]),
  );
  const { header, key, omit = [] } = await signer(token, server, attacker);
  const jwt = await server.mint({
    header: { ...kept, ...header },
    claims,
    ...(key !== undefined && { key }),
    omit: [...omit, ...always.filter((name) => !(name in claims) && !(name in kept))],
  });
  if (token.tampered === undefined) return jwt;
  const [head = '', , signature = ''] = jwt.split('.');
  return [head, base64url.encode(JSON.stringify({ ...claims, ...token.tampered })), signature].join(
    '.',
  );
}

/** What `mint` puts into every token unless it is told to leave it out. */
const always = ['typ', 'iss', 'sub', 'client_id', 'aud', 'jti', 'exp', 'scope', 'roles', 'tenant'];

async function signer(
  { key, header }: Token,
  server: AuthorizationServer,
  attacker: Attacker,
): Promise<Pick<MintOptions, 'header' | 'key' | 'omit'>> {
  switch (key) {
    case 'current key':
      return {};
    case 'withdrawn key':
      return { key: 'retired' };
    case 'published key':
      return { key: 'rsa' };
    case 'no signature':
      return { header: { alg: 'none' } };
    case 'key as secret':
      return { header: { alg: 'HS256' }, key: new TextEncoder().encode(await publicPem(server)) };
    case 'unknown key':
      return { header: { kid: header['kid'] }, key: attacker.privateKey };
    case 'own key in jwk':
      return { header: { jwk: attacker.jwk }, key: attacker.privateKey, omit: ['kid'] };
    case 'own key at jku':
      return { header: { jku: attacker.jwksUri, kid: attacker.jwk.kid }, key: attacker.privateKey };
  }
}

/** The published key as PEM, which a verifier that mixes up its algorithms takes for a secret. */
async function publicPem(server: AuthorizationServer): Promise<string> {
  const jwk = server.jwks().keys.find(({ kty }) => kty === 'EC');
  if (jwk === undefined) throw new Error('the authorization server publishes no EC key');
  const key = await importJWK(jwk, 'ES256', { extractable: true });
  if (key instanceof Uint8Array) throw new Error('an EC key was read as a secret');
  return exportSPKI(key);
}

function fingerprint({ header, claims, key, tampered }: Token): string {
  return JSON.stringify([header, claims, key, tampered]);
}

/** Show a token: header and claims that a verifier reads, never its signature. */
export function tokenLines(
  { header, claims, key, tampered }: Token,
  mask: (text: string) => string,
) {
  const shown = { ...claims, ...tampered };
  const values = (name: string): string[] => {
    const value = shown[name];
    if (name === 'aud' && Array.isArray(value) && value.length > 0) return value.map(text);
    return [name in (tampered ?? {}) ? `${text(value)}, after signing` : text(value)];
  };
  const names = ['iss', 'aud', 'sub', 'client_id', 'scope', 'exp', 'nbf'].filter(
    (name) => name in shown,
  );
  return [
    ...('typ' in header ? [`  typ  ${text(header['typ'])}`] : []),
    `  alg  ${algorithm(header, key)}`,
    ...names.flatMap((name) => values(name).map((value) => mask(`  ${name}  ${value}`))),
  ];
}

function algorithm(header: Token['header'], key: Key): string {
  const algs: Partial<Record<Key, string>> = {
    'published key': 'RS256',
    'no signature': 'none',
    'key as secret': 'HS256',
  };
  return `${algs[key] ?? text(header['alg'])}, ${key}`;
}

function text(value: unknown): string {
  if (value instanceof FromNow || typeof value === 'string') return String(value);
  return JSON.stringify(value);
}
