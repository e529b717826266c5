import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { Refusal, rpcError } from './refusal.ts';
import type { Message } from './stage.ts';

/** Largest body read, in bytes; the SDK's own bound (4 MiB). */
export const maxBodySize = 4 * 1024 * 1024;

/** Deepest nesting read; a deeper message is an attempt on the parser's stack. */
export const maxDepth = 64;

/** Most brackets, commas and strings read; more would need many times the memory of the body. */
export const maxTokens = 100_000;

const parseError = -32700;
const invalidRequest = -32600;

const messageShape = z.strictObject({
  jsonrpc: z.literal('2.0'),
  id: z.union([z.string(), z.int()]).optional(),
  method: z.string(),
  params: z.record(z.string(), z.unknown()).optional(),
});

/**
 * Collect a body of at most `maxBodySize` bytes; throws a Refusal with 413 beyond. `hold` counts what
 * is reserved for it. Chunks are copied together: a small one kept by itself costs many times its size.
 */
export async function readBody(
  incoming: IncomingMessage,
  hold: (bytes: number) => void,
): Promise<Buffer> {
  let body = Buffer.alloc(0);
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    const needed = size + chunk.length;
    if (needed > maxBodySize) throw tooLarge();
    if (needed > body.length) {
      const larger = Buffer.alloc(Math.min(maxBodySize, Math.max(needed, 2 * body.length)));
      hold(larger.length - body.length);
      body.copy(larger);
      body = larger;
    }
    chunk.copy(body, size);
    size = needed;
  }
  return body.subarray(0, size);
}

/** Require `application/json` in UTF-8 without a content coding; throws a Refusal with 415. */
export function checkContentType(
  contentType: string | undefined,
  coding: string | undefined,
): void {
  const json = /^application\/json(?:[ \t]*;[ \t]*charset=(?:"utf-8"|utf-8))?$/i.test(
    contentType ?? '',
  );
  if (json && coding === undefined) return;
  throw new Refusal(
    rpcError(415, invalidRequest, 'send application/json in UTF-8 without Content-Encoding'),
  );
}

/**
 * Read one JSON-RPC 2.0 request or notification so that no other reader can read another one:
 * UTF-8 without a byte order mark, no batch, no member outside JSON-RPC 2.0 §4, no key twice in an
 * object (not in another case either: some parsers fold case). Throws a Refusal with 400.
 */
export function parseMessage(body: Buffer): Message {
  const text = decode(body);
  checkStructure(text);
  const value = parseJson(text);
  if (Array.isArray(value)) throw refused(invalidRequest, 'a batch is not accepted');
  const message = messageShape.safeParse(value);
  if (!message.success) throw refused(invalidRequest, 'not one JSON-RPC 2.0 request');
  return message.data;
}

function decode(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    throw refused(parseError, 'the body is not UTF-8');
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refused(parseError, 'the body is not one JSON value');
  }
}

/** Tokens that bound an object, an array, a member or a string; an unfinished string ends the text. */
const structure = /[[{\]},]|"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?$)/gs;

/** Check nesting, size and keys in one pass and in memory that the values do not need. */
function checkStructure(text: string): void {
  /** The keys of each open object; nothing for an open array. */
  const open: (Set<string> | undefined)[] = [];
  let tokens = 0;
  let keyIsNext = false;
  for (const [token] of text.matchAll(structure)) {
    tokens += 1;
    if (tokens > maxTokens) throw refused(parseError, 'the body holds too many values');
    if (token === '{' || token === '[') {
      open.push(token === '{' ? new Set() : undefined);
      if (open.length > maxDepth) throw refused(parseError, 'the body is nested too deeply');
    } else if (token === '}' || token === ']') open.pop();
    else if (token !== ',' && keyIsNext) {
      const key = fold(keyOf(token));
      const keys = open.at(-1);
      if (keys?.has(key)) throw refused(invalidRequest, 'a key occurs twice in one object');
      keys?.add(key);
    }
    keyIsNext = (token === '{' || token === ',') && open.at(-1) !== undefined;
  }
}

/** Undo the escapes of a key: `"\u0061"` is `"a"`. */
function keyOf(token: string): string {
  return token.includes('\\') ? String(parseJson(token)) : token.slice(1, -1);
}

/** Fold case as the most tolerant parser does: upper case first, for ſ and the like. */
function fold(key: string): string {
  return key.toUpperCase().toLowerCase();
}

function refused(code: number, message: string): Refusal {
  return new Refusal(rpcError(400, code, message));
}

function tooLarge(): Refusal {
  const text = `the body is larger than ${maxBodySize} bytes`;
  return new Refusal(rpcError(413, invalidRequest, text, { connection: 'close' }));
}
