import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** A request that is sent as written: nothing adds, merges or repairs a field. */
export interface RawRequest {
  method: string;
  target: string;
  headers: readonly (readonly [name: string, value: string])[];
  body?: string;
}

export interface RawAnswer {
  status: number;
  reason: string;
  headers: [name: string, value: string][];
  body: string;
}

/** Where a public address is reached here, and whose certificate it must show. */
export interface Via {
  port: number;
  ca: string;
}

/** Send a request over a socket of its own; `Content-Length` and `Connection: close` are added. */
export async function sendRaw(
  url: URL,
  request: RawRequest,
  via?: Via,
  timeoutMs = 15_000,
): Promise<RawAnswer> {
  const body = Buffer.from(request.body ?? '');
  const fields = request.headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const head =
    `${request.method} ${request.target} HTTP/1.1\r\n${fields}` +
    `Content-Length: ${body.length}\r\nConnection: close\r\n\r\n`;
  const chunks: Buffer[] = [];
  await new Promise<void>((resolve, reject) => {
    const socket = open(url, via);
    socket.setTimeout(timeoutMs, () =>
      socket.destroy(new Error(`no answer from ${url.host} within ${timeoutMs} ms`)),
    );
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      try {
        // a server may keep a connection that it was asked to close
        if (isComplete(Buffer.concat(chunks))) socket.destroy();
      } catch (error) {
        socket.destroy(error as Error);
      }
    });
    socket.once('error', reject);
    socket.once('close', () => resolve());
    socket.write(Buffer.concat([Buffer.from(head), body]));
  });
  return parseAnswer(Buffer.concat(chunks));
}

/** Connect: to the address itself, or by TLS to where a public one is reached here. */
function open({ protocol, hostname, port }: URL, via?: Via): Socket {
  const host = hostname.replace(/^\[|\]$/g, '');
  if (protocol !== 'https:') return connect(Number(port || 80), host);
  return connectTls({
    host,
    port: Number(port || 443),
    servername: host,
    ALPNProtocols: ['http/1.1'],
    ...(via && { ...via, host: '127.0.0.1' }),
  });
}

/** Whether an answer says where it ends, and has come so far. */
export function isComplete(bytes: Buffer): boolean {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return false;
  const { headers } = readHead(bytes.subarray(0, end));
  const content = bytes.subarray(end + 4);
  if (isChunked(headers)) return joinChunks(content) !== undefined;
  const [length] = fieldValues(headers, 'content-length');
  return length !== undefined && content.length >= Number(length);
}

/** Read one HTTP/1.1 answer. */
export function parseAnswer(bytes: Buffer): RawAnswer {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) throw new Error(`no HTTP answer, but: ${bytes.toString().slice(0, 80)}`);
  const head = readHead(bytes.subarray(0, end));
  const content = bytes.subarray(end + 4);
  if (!isChunked(head.headers)) return { ...head, body: content.toString() };
  const body = joinChunks(content);
  if (body === undefined) throw new Error('the answer ended in the middle of a chunk');
  return { ...head, body: body.toString() };
}

function readHead(head: Buffer): Omit<RawAnswer, 'body'> {
  const [first = '', ...fields] = head.toString().split('\r\n');
  const [, status, reason = ''] = /^HTTP\/1\.1 (\d{3}) ?(.*)$/.exec(first) ?? [];
  if (status === undefined) throw new Error(`no HTTP answer, but: ${first.slice(0, 80)}`);
  const headers = fields.map((field): [string, string] => {
    const colon = field.indexOf(':');
    return [field.slice(0, colon), field.slice(colon + 1).trim()];
  });
  return { status: Number(status), reason, headers };
}

function isChunked(headers: RawAnswer['headers']): boolean {
  return fieldValues(headers, 'transfer-encoding').includes('chunked');
}

/** Return every value of a field, in order. */
export function fieldValues(headers: RawAnswer['headers'], field: string): string[] {
  return headers.filter(([name]) => name.toLowerCase() === field).map(([, value]) => value);
}

/** The chunks of a body up to the last, which is empty; undefined while that has not come. */
function joinChunks(content: Buffer): Buffer | undefined {
  const chunks: Buffer[] = [];
  for (let at = 0; at < content.length;) {
    const lineEnd = content.indexOf('\r\n', at);
    if (lineEnd < 0) return undefined;
    const size = Number.parseInt(content.subarray(at, lineEnd).toString(), 16);
    if (Number.isNaN(size)) throw new Error('a chunk without a size');
    if (size === 0) return Buffer.concat(chunks);
    chunks.push(content.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
  return undefined;
}
