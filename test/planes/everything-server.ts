import type { ServerTarget } from '../surfaces/server.ts';

/** A published server that is not ours: speaks 2025-11-25 with sessions, knows no authorization. */
export const everythingPackage = '@modelcontextprotocol/server-everything';

/**
 * Which of its tools read, write and destroy. It destroys nothing that lasts; what stands for it
 * switches logging. `get-env` prints every environment variable of the server: no scope opens it.
 */
export const operations: ServerTarget['operations'] = {
  write: call('gzip-file-as-resource', { name: 'a.gz', data: 'data:text/plain,a' }),
  read: call('get-sum', { a: 1, b: 2 }),
  destroy: call('toggle-simulated-logging', {}),
  resource: {
    method: 'resources/read',
    params: { uri: 'demo://resource/static/document/features.md' },
  },
  unlisted: call('get-env', {}),
};

/** The scopes under which it is protected. */
export const tools = {
  'get-sum': 'models:read',
  'gzip-file-as-resource': 'models:deploy',
  'toggle-simulated-logging': 'models:delete',
};

function call(name: string, values: Record<string, unknown>) {
  return { method: 'tools/call', params: { name, arguments: values } };
}
