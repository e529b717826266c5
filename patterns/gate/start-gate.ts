import { forward } from './forward.ts';
import { guard } from './guard.ts';
import { listen, type Listening } from './listen.ts';
import type { Log } from './log.ts';
import type { Stage } from './stage.ts';

/** Start the stages as a reverse proxy before `upstream`; `url` is the MCP endpoint. */
export async function startGate(options: {
  port?: number;
  host?: string;
  /** The MCP endpoint's path, as callers name it. */
  path?: string;
  stages: readonly Stage[];
  /** The server's own MCP endpoint; a URL without a path means the same path as here. */
  upstream: URL;
  log?: Log;
}): Promise<Listening> {
  const { stages, path = '/mcp' } = options;
  const { pathname } = options.upstream;
  const upstream = pathname === '/' ? new URL(path, options.upstream) : options.upstream;
  const listening = await listen(guard(stages, forward(upstream), path, options.log), options);
  return { ...listening, url: new URL(path, listening.url) };
}
