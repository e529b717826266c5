import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { localhostAllowedOrigins, validateOriginHeader } from '@modelcontextprotocol/server';
import { forwardedHeaders, isParameter } from './forwarded-headers.ts';
import { HeldBytes, type Share } from './held-bytes.ts';
import { describeCaller, describeMessage, reasonOf, type Log, type LogEntry } from './log.ts';
import { checkMirroredHeaders } from './mirrored-headers.ts';
import { checkContentType, parseMessage, readBody } from './read-message.ts';
import { Refusal, rpcError } from './refusal.ts';
import type { Answer, GateRequest, Message, Stage } from './stage.ts';

/** What every stage let pass, as the server behind them receives it. */
export interface Admitted {
  headers: [name: string, value: string][];
  /** What the stages judged, as the bytes that came and as they were read. */
  body: Buffer;
  message: Message;
  /** Until when the caller is believed, in ms since 1970. */
  until?: number;
}

/** Answers an admitted request: a server in this process, or one that it is forwarded to. */
export type Inner = (
  admitted: Admitted,
  response: ServerResponse,
  /** Answers in the server's place, and says why in the log. */
  answer: (answer: Answer) => void,
) => void | Promise<void>;

/**
 * Put stages before an MCP endpoint. Only `path`, the well-known documents that a stage answers and
 * `/healthz` exist; only a POST of one strict JSON-RPC message reaches `inner`.
 */
export function guard(
  stages: readonly Stage[],
  inner: Inner,
  path = '/mcp',
  log?: Log,
): RequestListener {
  const held = new HeldBytes();
  return (incoming, response) => {
    const entry: Partial<LogEntry> = {};
    const share = held.share();
    response.once('close', share.release);
    const answer = (verdict: Answer): void => {
      entry.reason = reasonOf(verdict);
      if (verdict.cause !== undefined) entry.cause = verdict.cause;
      send(response, verdict);
    };
    if (incoming.url !== '/healthz') {
      response.once('close', () => {
        if (!response.writableFinished) entry.reason ??= 'it ended before its answer did';
        log?.({ status: response.headersSent ? response.statusCode : 499, ...entry });
      });
    }
    judge(stages, path, incoming, entry, share)
      .then((verdict) => {
        if ('status' in verdict) return answer(verdict);
        endWithToken(response, verdict.until);
        return inner(verdict, response, answer);
      })
      .catch((error: unknown) => {
        if (error instanceof Refusal) answer(error.answer);
        else if (incoming.destroyed && !incoming.complete) response.destroy();
        else answer(rpcError(500, -32603, 'internal error'));
      });
  };
}

async function judge(
  stages: readonly Stage[],
  path: string,
  incoming: IncomingMessage,
  entry: Partial<LogEntry>,
  share: Share,
): Promise<Answer | Admitted> {
  const target = incoming.url ?? '';
  const [targetPath] = target.split('?');
  if (target === '/healthz') return { status: 200, body: 'ok\n' };
  if (targetPath !== path && !target.startsWith('/.well-known/')) return notFound;

  if (incoming.httpVersion !== '1.1') return rpcError(505, -32600, 'speak HTTP/1.1');
  const headers = readHeaders(incoming);
  const header = singleHeader(headers);
  if (targetPath === path) checkOrigin(header('origin'));
  let body: Promise<Buffer> | undefined;
  let message: Promise<Message> | undefined;
  const request: GateRequest = {
    method: incoming.method ?? '',
    target,
    headers,
    message: () =>
      (message ??= (async () => {
        checkContentType(header('content-type'), header('content-encoding'));
        const { issuer = '', subject = '' } = request.caller ?? {};
        const owner = `${issuer} ${subject}`;
        body = readBody(incoming, (bytes) => share.take(bytes, owner));
        const read = parseMessage(await body);
        Object.assign(entry, describeMessage(read));
        return read;
      })()),
  };
  for (const stage of stages) {
    try {
      const answer = await stage(request);
      if (answer !== undefined) return answer;
    } finally {
      Object.assign(entry, describeCaller(request));
    }
  }
  if (targetPath !== path) return notFound;
  if (request.method !== 'POST') return rpcError(405, -32600, 'use POST', { allow: 'POST' });
  const read = await request.message();
  checkMirroredHeaders(header, read);
  const until = request.caller?.until;
  return {
    headers: forwardedHeaders(headers),
    body: (await body) ?? Buffer.alloc(0),
    message: read,
    ...(until !== undefined && { until }),
  };
}

/** The longest time that a timer can wait, in ms: 24.8 days. */
const longestTimer = 0x7fff_ffff;

/** End a stream when its caller is believed no longer. */
function endWithToken(response: ServerResponse, until = Infinity): void {
  if (until === Infinity) return;
  let timer: NodeJS.Timeout;
  const wait = (): void => {
    const left = until - Date.now();
    if (left <= 0) response.destroy();
    else timer = setTimeout(wait, Math.min(left, longestTimer));
  };
  response.once('close', () => clearTimeout(timer));
  wait();
}

/** Refuse pages of other sites (MCP 2026-07-28, Streamable HTTP): only this machine's may call. */
function checkOrigin(origin: string | undefined): void {
  const isPage = origin === undefined || /^https?:/.test(origin);
  if (isPage && validateOriginHeader(origin, localhostAllowedOrigins()).ok) return;
  throw new Refusal(rpcError(403, -32600, 'this origin may not call'));
}

const notFound: Answer = rpcError(404, -32600, 'not found');

/** Pair the header fields as received: Node's own map drops duplicates silently. */
function readHeaders({ rawHeaders }: IncomingMessage): [string, string][] {
  const headers: [string, string][] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    headers.push([rawHeaders[i] as string, rawHeaders[i + 1] as string]);
  }
  return headers;
}

/** Fields that occur once: of two, one reader takes the first and another the last. */
const singletons = new Set([
  'content-encoding',
  'content-type',
  'host',
  'last-event-id',
  'mcp-method',
  'mcp-name',
  'mcp-protocol-version',
  'mcp-session-id',
  'origin',
  'transfer-encoding',
]);

/** Refuse what two readers may read differently (RFC 9112 §6.1), and return what looks one up. */
function singleHeader(headers: readonly [string, string][]) {
  const first = new Map<string, string>();
  for (const [name, value] of headers) {
    const field = name.toLowerCase();
    if (!first.has(field)) first.set(field, value);
    else if (singletons.has(field) || isParameter(field)) {
      throw new Refusal(rpcError(400, -32600, `${field} occurs twice`));
    }
  }
  if (!first.has('host')) throw new Refusal(rpcError(400, -32600, 'there is no host'));
  if (!/^chunked$/i.test(first.get('transfer-encoding') ?? 'chunked')) {
    throw new Refusal(rpcError(400, -32600, 'the transfer coding is not chunked'));
  }
  return (name: string) => first.get(name);
}

function send(response: ServerResponse, answer: Answer): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(answer.status, { 'content-type': 'text/plain', ...answer.headers });
  response.end(answer.body ?? '');
}
