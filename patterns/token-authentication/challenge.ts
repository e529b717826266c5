import type { Answer } from '../gate/stage.ts';

/** An error code of RFC 6750 §3.1 with the status it is sent with. */
const statuses = {
  invalid_request: 400,
  invalid_token: 401,
  insufficient_scope: 403,
} as const;

/** Writes the answers that tell a client how to go on. */
export interface Challenge {
  /** 401 without an error code: no credentials were sent (RFC 6750 §3.1). */
  unauthorized(): Answer;
  refused(error: keyof typeof statuses, description: string, scope?: string): Answer;
}

/** Name the metadata document and the scope to ask for in every challenge (RFC 9728 §5.1). */
export function createChallenge(metadataUrl: URL, firstScope: string): Challenge {
  const write = (status: number, parameters: [string, string][]): Answer => ({
    status,
    headers: {
      'www-authenticate': `Bearer ${parameters.map(([k, v]) => `${k}="${escape(v)}"`).join(', ')}`,
      'content-type': 'application/json',
      'cache-control': 'no-store',
    },
    body: JSON.stringify(Object.fromEntries(parameters)),
  });
  return {
    unauthorized: () =>
      write(401, [
        ['resource_metadata', metadataUrl.href],
        ['scope', firstScope],
      ]),
    refused: (error, description, scope = firstScope) =>
      write(statuses[error], [
        ['error', error],
        ['error_description', description],
        ['resource_metadata', metadataUrl.href],
        ['scope', scope],
      ]),
  };
}

/** Escape a quoted-string (RFC 9110 §5.6.4) and drop what a header field cannot carry. */
function escape(value: string): string {
  return value.replaceAll(/[^\x20-\x7e]/g, '').replaceAll(/["\\]/g, '\\$&');
}
