import { stopChildren } from './children.ts';
import { relative, root } from './paths.ts';

/** Something the person at the keyboard can mend: printed as one line, without a stack. */
export class Mistake extends Error {}

/** Run a program: one line per mistake, exit 1, and no child process left behind. */
export async function main(program: () => Promise<void> | void): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      stopChildren();
      process.exit(signal === 'SIGINT' ? 130 : 143);
    });
  }
  try {
    await program();
  } catch (error) {
    process.exitCode = 1;
    console.error(describe(error));
  } finally {
    stopChildren();
  }
}

/** Say what went wrong in one line; `DEBUG=1` adds the stack of what nobody foresaw. */
export function describe(error: unknown): string {
  if (error instanceof Mistake) return error.message;
  if (!(error instanceof Error)) return String(error);
  if (process.env['DEBUG'] === '1') return error.stack ?? error.message;
  const { code, path } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' && path !== undefined && error.message.includes(', open')) {
    return `${path.startsWith(root) ? relative(path) : path}: no such file`;
  }
  if (code?.startsWith('ERR_PARSE_ARGS')) {
    return `${error.message.split('. ')[0]}: --help lists what there is`;
  }
  if (code === 'ENOSPC') {
    return `${error.message.split('\n')[0]}: make room, or move the cache with MCP_CACHE`;
  }
  if (code === 'EADDRINUSE') {
    const port = (error as NodeJS.ErrnoException & { port?: number }).port;
    return `port ${port} is in use: stop what listens there or choose another with --port`;
  }
  return `unexpected: ${error.message.split('\n')[0]} (DEBUG=1 shows where)`;
}
