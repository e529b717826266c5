import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { start, stop } from '../../scripts/lib/children.ts';
import { wheel, wheels } from '../../scripts/tools/wheels.ts';
import { freePort } from '../corpus/free-port.ts';
import type { RunServer } from './server.ts';

/** A Python server: it answers 2026-07-28, and 2025-11-25 with sessions. */
export const fastmcp: RunServer = {
  id: 'fastmcp',
  title: 'A server on FastMCP, in Python',
  component: () => {
    const { name, version } = wheels.find((row) => row.name === 'fastmcp') ?? wheels[0];
    return Promise.resolve({ name, version });
  },
  versions: ['2026-07-28', '2025-11-25'],
  operations: {
    write: call('write_note', { name: 'second', text: 'a' }),
    read: call('read_notes', {}),
    destroy: call('delete_note', { name: 'second' }),
    resource: { method: 'resources/read', params: { uri: 'note://first' } },
    unlisted: call('export_notes', {}),
  },
  tools: {
    read_notes: 'models:read',
    write_note: 'models:deploy',
    delete_note: 'models:delete',
  },
  async start() {
    const python = await wheel('fastmcp');
    const port = await freePort();
    const child = start(python, [join(import.meta.dirname, 'notes.py'), String(port)], {
      stdio: 'ignore',
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1', FASTMCP_CHECK_FOR_UPDATES: 'off' },
    });
    for (const giveUp = Date.now() + 60_000; !(await listens(port)); await delay(100)) {
      if (child.exitCode === null && Date.now() < giveUp) continue;
      stop(child);
      throw new Error('the server on FastMCP did not start');
    }
    return { url: new URL(`http://127.0.0.1:${port}/mcp`), close: () => stop(child) };
  },
};

function call(name: string, values: Record<string, unknown>) {
  return { method: 'tools/call', params: { name, arguments: values } };
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
