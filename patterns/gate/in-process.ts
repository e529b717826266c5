import { Readable } from 'node:stream';
import type { NodeMcpRequestHandler } from '@modelcontextprotocol/node';
import type { Inner } from './guard.ts';

/** Hand the message that the stages judged to the handler of an MCP server in this process. */
export function inProcess(handler: NodeMcpRequestHandler, path: string): Inner {
  return ({ headers, message }, response) =>
    handler(
      {
        method: 'POST',
        url: path,
        headers: Object.fromEntries(headers),
        [Symbol.asyncIterator]: () => Readable.from([])[Symbol.asyncIterator](),
      },
      response,
      message,
    );
}
