import type { Call } from '../../patterns/reference-server/journal.ts';
import type { Outcome, Refusal } from '../contracts.ts';
import { fold, foldJson, width } from './fold.ts';
import type { Mask } from './mask.ts';
import { fieldValues, type RawAnswer } from './raw-http.ts';

/** Judge an HTTP answer by what arrived behind the plane, and put it in the form of `refused`. */
export function readAnswer(answer: RawAnswer, calls: readonly Call[], mask: Mask): Outcome {
  const status = String(answer.status);
  const effect = calls.map(({ tool }) => tool).join(', ') || undefined;
  const challenge = fieldValues(answer.headers, 'www-authenticate').map(mask).join(', ');
  const refusal: Refusal = { status, ...parseChallenge(challenge) };
  const said = parseBody(answer.body);
  const error = jsonRpcError(said);
  if (error !== undefined) refusal['code'] = String(error.code);
  if (typeof said?.reason === 'string') refusal['reason'] = said.reason;
  const given = refusal['error_description'] ?? refusal['reason'];
  const words = given ?? error?.message ?? answer.reason;
  const why = refusal['error'] === undefined ? words : `${refusal['error']}: ${words}`;
  const reason = effect === undefined ? why : `${effect} executed`;
  const ok =
    answer.status === 200 && error === undefined && !answer.body.includes('"isError":true');
  return { ok, status, effect, refusal, reason, answer: answerLines(answer, mask) };
}

/** Read the parameters of one Bearer challenge (RFC 6750 §3); anything else is kept as it is. */
export function parseChallenge(challenge: string): Record<string, string> {
  if (challenge === '') return {};
  const parameter = /([a-z_]+)="([^"\\]*)"/g;
  const rest = challenge.replace(parameter, '').replaceAll(/[\s,]/g, '');
  if (rest !== 'Bearer') return { challenge };
  const found = [...challenge.matchAll(parameter)].map(([, name = '', value = '']) => [
    name,
    value,
  ]);
  return Object.fromEntries(found) as Record<string, string>;
}

/** The members of an answer that is JSON, or a stream of one event, that tell why. */
interface Said {
  /** Of JSON-RPC, or of something else that calls it so. */
  error?: { code: number; message: string } | string;
  /** The word of a gateway that speaks no JSON-RPC. */
  reason?: unknown;
}

function parseBody(body: string): Said | undefined {
  const [, json] = /^(?:.*\ndata: )?({.*})\s*$/s.exec(body) ?? [];
  const value: unknown = json === undefined ? undefined : JSON.parse(json);
  return value === null || typeof value !== 'object' ? undefined : value;
}

function jsonRpcError(said: Said | undefined): { code: number; message: string } | undefined {
  return typeof said?.error === 'object' ? said.error : undefined;
}

/** Fields that tell about the connection or the clock, not about the decision. */
const unshown = ['connection', 'content-length', 'date', 'keep-alive', 'transfer-encoding'];

function answerLines({ status, reason, headers, body }: RawAnswer, mask: Mask): string[] {
  const fields = headers
    .filter(([name]) => !unshown.includes(name.toLowerCase()))
    .map(([name, value]) => mask(`${name}: ${value}`));
  const content = body.split('\n').flatMap((line) => {
    const [, prefix = '', json] = /^(data: )?([{[].*)$/.exec(line) ?? [];
    if (json === undefined) return fold(mask(line), width.answer);
    const lines = foldJson(JSON.parse(mask(json)), width.answer, '', prefix);
    return lines.flatMap((each) => fold(each, width.answer));
  });
  const lines = [`HTTP/1.1 ${status} ${reason}`, ...fields.flatMap(foldField)];
  const text = content.join('\n').trim();
  return text === '' ? lines : [...lines, '', ...text.split('\n')];
}

/** Fold a field that is too long before each of its parameters. */
function foldField(field: string): string[] {
  if (field.length <= width.answer) return [field];
  const [first = '', ...more] = field.split(/(?<=",|Bearer) /);
  return [first, ...more.map((each) => `  ${each}`)].flatMap((each) => fold(each, width.answer));
}
