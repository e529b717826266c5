import type { Answer, GateRequest, Message } from './stage.ts';

/** What is written about a request: who asked for what, and what came of it. */
export interface LogEntry {
  status: number;
  /** Why it was refused, in the answer's own words. */
  reason?: string;
  /** What lies beneath it, which the answer does not say: what was found, what failed. */
  cause?: string;
  method?: string;
  tool?: string;
  subject?: string;
  clientId?: string;
}

/** Receives one entry for each request, when its answer has ended. */
export type Log = (entry: LogEntry) => void;

/** Write an entry as one JSON line; what a caller sent is shortened, and holds no token and no argument. */
export function writeLine(entry: LogEntry): void {
  console.log(JSON.stringify({ time: new Date().toISOString(), ...entry }));
}

/** Say of a message only what was asked for: its method and its tool. */
export function describeMessage({ method, params }: Message): Partial<LogEntry> {
  const tool = method === 'tools/call' ? params?.['name'] : undefined;
  return { method: short(method), ...(typeof tool === 'string' && { tool: short(tool) }) };
}

/** Say who calls, once a stage has established it. */
export function describeCaller({ caller }: GateRequest): Partial<LogEntry> {
  return caller === undefined
    ? {}
    : { subject: short(caller.subject), clientId: short(caller.clientId) };
}

/** The reason in an answer's body: an OAuth description or a JSON-RPC message. */
export function reasonOf({ status, body }: Answer): string | undefined {
  if (status < 400 || !body?.startsWith('{')) return undefined;
  const { error, error_description: description } = JSON.parse(body) as {
    error?: string | { message: string };
    error_description?: string;
  };
  return description ?? (typeof error === 'object' ? error.message : 'no token was sent');
}

function short(value: string): string {
  return value.length > 100 ? `${value.slice(0, 100)}…` : value;
}
