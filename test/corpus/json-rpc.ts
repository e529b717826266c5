import { z } from 'zod';
import { fieldValues, type RawAnswer } from './raw-http.ts';

const response = z.looseObject({
  id: z.union([z.string(), z.number(), z.null()]).optional(),
  result: z.record(z.string(), z.unknown()).optional(),
  error: z.looseObject({ code: z.number(), message: z.string() }).optional(),
});

export type Response = z.infer<typeof response>;

/** Read the JSON-RPC response in an HTTP answer, from JSON or from the last event that holds one. */
export function readResponse({ headers, body }: RawAnswer): Response | undefined {
  const [type = ''] = fieldValues(headers, 'content-type');
  const texts = type.startsWith('text/event-stream') ? events(body) : [body];
  const found = texts
    .map(parse)
    .filter((value) => value?.result !== undefined || value?.error !== undefined);
  return found.at(-1);
}

/** The data of each server-sent event. */
function events(body: string): string[] {
  return body.split(/\r?\n\r?\n/).map((event) =>
    event
      .split(/\r?\n/)
      .filter((line) => line.startsWith('data:'))
      .map((line) => line.slice(5))
      .join('\n'),
  );
}

function parse(text: string): Response | undefined {
  try {
    return response.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
