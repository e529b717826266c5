import { homedir } from 'node:os';
import { join, relative as relativePath } from 'node:path';

/** The repository's root folder. */
export const root = join(import.meta.dirname, '..', '..');

/** Where built tools, schemas and run records are kept between runs and clones; `MCP_CACHE` moves it. */
export const cacheDir =
  process.env['MCP_CACHE'] ??
  join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'mcp-security-framework');

/** Return a path as a reader of the repository writes it. */
export function relative(path: string): string {
  return relativePath(root, path).replaceAll('\\', '/');
}
