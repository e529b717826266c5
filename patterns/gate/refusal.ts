import type { Answer } from './stage.ts';

/** Ends a request with an answer from wherever it is thrown. */
export class Refusal extends Error {
  readonly answer: Answer;

  constructor(answer: Answer) {
    super(`refused with ${answer.status}`);
    this.answer = answer;
  }
}

/**
 * Answer with a JSON-RPC error. Without a request that was read there is no `id`: JSON-RPC 2.0 §5 has
 * null there, which the schema of MCP 2026-07-28 does not take.
 */
export function rpcError(
  status: number,
  code: number,
  message: string,
  headers: Record<string, string> = {},
  id?: string | number,
): Answer {
  const body = JSON.stringify({ jsonrpc: '2.0', error: { code, message }, id });
  return { status, headers: { 'content-type': 'application/json', ...headers }, body };
}
