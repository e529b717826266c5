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
  const { iat = Math.floor(Date.now() / 1000), exp } = claims as { iat?: number; exp?: number };
  if (exp !== undefined) claims['exp'] = new FromNow(exp - iat);
  delete claims['iat'];
  return untouchedToken(issued, { ...decodeProtectedHeader(issued) }, claims);
}

/** A token that can be sent and not read. */
export function opaque(issued: string): Token {
  return untouchedToken(issued, {}, {});
}

function untouchedToken(issued: string, header: Token['header'], claims: Token['claims']): Token {
  const token: Token = { issued, header, claims, key: 'current key' };
  untouched.set(token, fingerprint(token));
  return token;
}

/** Whether anything in a token is not as its authorization server issued it. */
export function isChanged(token: Token): boolean {
  return token.tampered !== undefined || untouched.get(token) !== fingerprint(token);
}

/** Who signs what was changed: an authorization server, or whoever has some of its abilities. */
export type Signer = Pick<AuthorizationServer, 'mint' | 'jwks'>;

/** Sign a token again with what was changed in it; an unchanged one is sent as it was issued. */
export async function compose(token: Token, server: Signer, attacker: Attacker): Promise<string> {
  const { tampered } = token;
  const jwt =
    untouched.get(token) === fingerprint(token)
      ? token.issued
      : await signAgain(token, server, attacker);
  if (tampered === undefined) return jwt;
  const [head = '', , signature = ''] = jwt.split('.');
  const claims = JSON.stringify({ ...decodeJwt(jwt), ...tampered });
  return [head, base64url.encode(claims), signature].join('.');
}

async function signAgain(token: Token, server: Signer, attacker: Attacker): Promise<string> {
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
  return server.mint({
    // without a type of its own it would be given one; a claim may be called so too
    header: { typ: undefined, ...kept, ...header },
    claims,
    ...(key !== undefined && { key }),
    omit: [...omit, ...always.filter((name) => !(name in claims) && !(name in kept))],
  });
}

/** What `mint` puts into every token unless it is told to leave it out. */
const always = ['typ', 'iss', 'sub', 'client_id', 'aud', 'jti', 'exp', 'scope', 'roles', 'tenant'];

async function signer(
  { key, header }: Token,
  server: Signer,
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
async function publicPem(server: Signer): Promise<string> {
  const jwk = server.jwks().keys.find(({ kty }) => kty === 'EC');
  if (jwk === undefined) throw new Error('the authorization server publishes no EC key');
  const key = await importJWK(jwk, 'ES256', { extractable: true });
  if (key instanceof Uint8Array) throw new Error('an EC key was read as a secret');
  return exportSPKI(key);
}

function fingerprint({ header, claims, key }: Token): string {
  return JSON.stringify([header, claims, key]);
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
