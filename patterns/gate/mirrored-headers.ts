import { isUtf8 } from 'node:buffer';
import { Refusal, rpcError } from './refusal.ts';
import type { Message } from './stage.ts';

const headerMismatch = -32020;

/** The parameter that `Mcp-Name` mirrors, per method (MCP 2026-07-28, Streamable HTTP). */
const named: ReadonlyMap<string, string> = new Map([
  ['tools/call', 'name'],
  ['prompts/get', 'name'],
  ['resources/read', 'uri'],
  ['tasks/get', 'taskId'],
  ['tasks/update', 'taskId'],
  ['tasks/cancel', 'taskId'],
]);

/**
 * Refuse a message that its mirrored headers contradict with 400 and -32020. Stages decide on the
 * body alone; an intermediary before this gate may have decided on the headers, and a server of an
 * older revision behind it does not compare them. An absent header says nothing and passes.
 */
export function checkMirroredHeaders(
  header: (name: string) => string | undefined,
  message: Message,
): void {
  const meta = message.params?.['_meta'] as Record<string, unknown> | undefined;
  const version = meta?.['io.modelcontextprotocol/protocolVersion'];
  const parameter = named.get(message.method);
  const name = parameter === undefined ? undefined : message.params?.[parameter];
  check('mcp-method', message.method);
  if (version !== undefined) check('mcp-protocol-version', version);
  if (parameter !== undefined) check('mcp-name', name);

  function check(field: string, value: unknown): void {
    const sent = header(field);
    if (sent === undefined) return;
    if ((field === 'mcp-name' ? decodeValue(sent) : sent) === value) return;
    const text = `${field} differs from the body`;
    throw new Refusal(rpcError(400, headerMismatch, text, {}, message.id));
  }
}

/**
 * Decode `=?base64?…?=`, the form of a value that is not plain ASCII; undefined for what some read and
 * others refuse: another spelling of the same bytes, bytes that are not UTF-8, a value not in ASCII.
 */
function decodeValue(value: string): string | undefined {
  const encoded = /^=\?base64\?([A-Za-z0-9+/]*={0,2})\?=$/.exec(value)?.[1];
  if (encoded === undefined) return /^[\x20-\x7e]*$/.test(value) ? value : undefined;
  const bytes = Buffer.from(encoded, 'base64');
  if (bytes.toString('base64') !== encoded || bytes.toString('utf8').startsWith('\ufeff')) return;
  return isUtf8(bytes) ? bytes.toString('utf8') : undefined;
}
