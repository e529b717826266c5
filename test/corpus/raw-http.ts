import { connect } from 'node:net';

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

/** Send a request over a socket of its own; `Content-Length` and `Connection: close` are added. */
export async function sendRaw(
  url: URL,
  request: RawRequest,
  timeoutMs = 15_000,
): Promise<RawAnswer> {
  const body = Buffer.from(request.body ?? '');
  const fields = request.headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const head =
    `${request.method} ${request.target} HTTP/1.1\r\n${fields}` +
    `Content-Length: ${body.length}\r\nConnection: close\r\n\r\n`;
  const chunks: Buffer[] = [];
  await new Promise<void>((resolve, reject) => {
    const socket = connect(Number(url.port), url.hostname);
    socket.setTimeout(timeoutMs, () =>
      socket.destroy(new Error(`no answer from ${url.host} within ${timeoutMs} ms`)),
    );
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.once('error', reject);
    socket.once('close', () => resolve());
    socket.write(Buffer.concat([Buffer.from(head), body]));
  });
  return parseAnswer(Buffer.concat(chunks));
}

/** Read one HTTP/1.1 answer that ends with its connection. */
export function parseAnswer(bytes: Buffer): RawAnswer {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) throw new Error(`no HTTP answer, but: ${bytes.toString().slice(0, 80)}`);
  const [first = '', ...fields] = bytes.subarray(0, end).toString().split('\r\n');
  const [, status, reason = ''] = /^HTTP\/1\.1 (\d{3}) ?(.*)$/.exec(first) ?? [];
  if (status === undefined) throw new Error(`no HTTP answer, but: ${first.slice(0, 80)}`);
  const headers = fields.map((field): [string, string] => {
    const colon = field.indexOf(':');
    return [field.slice(0, colon), field.slice(colon + 1).trim()];
  });
  const content = bytes.subarray(end + 4);
  const chunked = headers.some(
    ([name, value]) => name.toLowerCase() === 'transfer-encoding' && value === 'chunked',
  );
  const body = (chunked ? joinChunks(content) : content).toString();
  return { status: Number(status), reason, headers, body };
}

/** Return every value of a field, in order. */
export function fieldValues(headers: RawAnswer['headers'], field: string): string[] {
  return headers.filter(([name]) => name.toLowerCase() === field).map(([, value]) => value);
}

function joinChunks(content: Buffer): Buffer {
  const chunks: Buffer[] = [];
  for (let at = 0; at < content.length;) {
    const lineEnd = content.indexOf('\r\n', at);
    const size = Number.parseInt(content.subarray(at, lineEnd).toString(), 16);
    if (lineEnd < 0 || Number.isNaN(size)) throw new Error('a chunk without a size');
    if (size === 0) break;
    chunks.push(content.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
  return Buffer.concat(chunks);
}
