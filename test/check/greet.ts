import { Mistake } from '../../scripts/lib/main.ts';
import { readResponse } from '../corpus/json-rpc.ts';
import { ask, shakeHands, speakModern } from '../corpus/speak.ts';
import type { Operation, ServerTarget } from '../surfaces/server.ts';
import type { Line } from './line.ts';
import { readReply } from './reply.ts';

/** A server that answered, and how it is spoken to. */
export interface Greeting {
  version: string;
  session: boolean;
  speak: ServerTarget['speak'];
}

/** Ask in MCP 2026-07-28, and shake hands as older clients do where that is not understood. */
export async function greet(line: Line, token: string): Promise<Greeting> {
  const { url } = line;
  const list: Operation = { method: 'tools/list', params: {} };
  const answer = await line.send(ask(url, token, list, speakModern)).catch(unreachable(line));
  const reply = readReply(answer);
  if (reply.kind === 'result') return { version: '2026-07-28', session: false, speak: speakModern };
  if (reply.kind === 'no') throw refused(reply.words);
  const hands = await shakeHands(url, token, (request) => line.send(request));
  if ('speak' in hands) return hands;
  const { kind, words } = readReply(hands.answer);
  if (kind === 'no') throw refused(words);
  throw new Mistake(
    `${url.href} speaks neither MCP 2026-07-28 (${reply.words}) nor 2025-11-25 (${words}): name the MCP endpoint`,
  );
}

/** Send an operation and return its result, or nothing. */
export async function result(
  line: Line,
  token: string,
  { speak }: Greeting,
  operation: Operation,
): Promise<Record<string, unknown> | undefined> {
  return readResponse(await line.send(ask(line.url, token, operation, speak)))?.result;
}

function refused(words: string): Mistake {
  return new Mistake(
    `the server refuses the token itself (${words}): have --token-command print one that is valid for it`,
  );
}

function unreachable({ url }: Line): (error: NodeJS.ErrnoException) => never {
  return (error) => {
    const why = error.code ?? error.message;
    const mend = /CERT|SIGNED|ISSUER/.test(why)
      ? 'NODE_EXTRA_CA_CERTS names the file of its authority'
      : 'start the server, or mend --url';
    throw new Mistake(`no answer from ${url.href} (${why}): ${mend}`);
  };
}
