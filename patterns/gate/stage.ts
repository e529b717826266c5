/** A JSON-RPC 2.0 request or notification, read once and strictly (see read-message.ts). */
export interface Message {
  jsonrpc: '2.0';
  id?: string | number;
  method: string;
  params?: Record<string, unknown>;
}

/** Who calls, as an authentication stage established it; later stages decide on nothing else. */
export interface Caller {
  /** `sub` of the verified token. */
  subject: string;
  /** `client_id` of the verified token (RFC 9068 §2.2). */
  clientId: string;
  issuer: string;
  scopes: readonly string[];
  /** Until when the caller is believed, in ms since 1970: the token's expiry and the clock tolerance. */
  until: number;
  /** Every claim of the verified token; shared by the calls that it makes. */
  claims: Readonly<Record<string, unknown>>;
}

/** A request as it arrived, before anything repaired it. */
export interface GateRequest {
  method: string;
  /** The request target as sent (RFC 9112 §3.2), query included. */
  target: string;
  /** Header fields in the order and case received; duplicates stay duplicates. */
  headers: readonly (readonly [name: string, value: string])[];
  /** Reads the body at the first call; a body that is not one strict message ends the request with 400. */
  message(): Promise<Message>;
  /** Set by the authentication stage. */
  caller?: Caller;
}

/** What a stage answers in place of the server. */
export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: string;
  /** What lies beneath a refusal: for the log, and never sent. */
  cause?: string | undefined;
}

/** One enforcement step: an answer ends the request, nothing lets it pass to the next stage. */
export type Stage = (request: GateRequest) => Answer | undefined | Promise<Answer | undefined>;
