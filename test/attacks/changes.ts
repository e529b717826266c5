import type { ServerExchange } from '../surfaces/server.ts';
import { setHeader } from '../surfaces/server.ts';
import type { Key } from '../corpus/token.ts';

type Change = (exchange: ServerExchange) => void;

/** Set a claim of the token; undefined takes it out. */
export function claim(name: string, value: unknown): Change {
  return ({ token }) => set(token.claims, name, value);
}

/** Set a parameter of the token's header; undefined takes it out. */
export function tokenHeader(name: string, value: unknown): Change {
  return ({ token }) => set(token.header, name, value);
}

/** Sign the token in another way. */
export function signedWith(key: Key): Change {
  return ({ token }) => {
    token.key = key;
  };
}

/** Set the field that carries the token; undefined takes it out. */
export function authorization(value?: string): Change {
  return (exchange) => setHeader(exchange, 'Authorization', value);
}

/** Send another field in place of the one that carries the token. */
export function inPlaceOfAuthorization(name: string, value: string): Change {
  return (exchange) => {
    setHeader(exchange, 'Authorization');
    setHeader(exchange, name, value);
  };
}

/** Put a member into `_meta`, where every client may write, and leave the token out. */
export function metaInPlaceOfAuthorization(member: Record<string, unknown>): Change {
  return (exchange) => {
    setHeader(exchange, 'Authorization');
    // the member stands first, so that it is the one line that differs
    exchange.params['_meta'] = { ...member, ...(exchange.params['_meta'] as object), ...member };
  };
}

function set(values: Record<string, unknown>, name: string, value: unknown): void {
  if (value === undefined) delete values[name];
  else values[name] = value;
}
