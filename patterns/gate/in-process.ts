import { Readable } from 'node:stream';
import type { NodeMcpRequestHandler } from '@modelcontextprotocol/node';
import type { Inner } from './guard.ts';

/** Hand what the stages admitted to the handler of an MCP server in this process, as they read it. */
export function inProcess(handler: NodeMcpRequestHandler, path: string): Inner {
  return ({ headers, body }, response) =>
    handler(
      {
        method: 'POST',
        url: path,
        headers: Object.fromEntries(headers),
        [Symbol.asyncIterator]: () => Readable.from([body])[Symbol.asyncIterator](),
      },
      response,
    );
}
