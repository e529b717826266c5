import type { Answer } from './stage.ts';

/** Ends a request with an answer from wherever it is thrown. */
export class Refusal extends Error {
  readonly answer: Answer;

  constructor(answer: Answer) {
    super(`refused with ${answer.status}`);
    this.answer = answer;
  }
}

/** Answer with a JSON-RPC error; `id` is null when no request was read (JSON-RPC 2.0 §5). */
export function rpcError(
  status: number,
  code: number,
  message: string,
  headers: Record<string, string> = {},
  id: string | number | null = null,
): Answer {
  const body = JSON.stringify({ jsonrpc: '2.0', error: { code, message }, id });
  return { status, headers: { 'content-type': 'application/json', ...headers }, body };
}
