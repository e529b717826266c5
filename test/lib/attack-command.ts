import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { parseArgs } from 'node:util';
import { attackServer, ofServer } from '../../scripts/lib/attack-server.ts';
import { run } from '../../scripts/lib/children.ts';
import { describe } from '../../scripts/lib/main.ts';
import { root } from '../../scripts/lib/paths.ts';
import { attacks, groups } from '../attacks/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'attack-'));
after(() => rmSync(folder, { recursive: true }));

/** Run `npm run attack` with arguments, as a reader does. */
export function attack(...args: string[]) {
  const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined };
  return run(process.execPath, ['scripts/attack.ts', ...args], { cwd: root, env });
}

/** The same for a server of the reader's own, in this process: what it prints and how it ends. */
export async function check(...args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      ...ofServer,
      url: { type: 'string', default: '' },
      json: { type: 'boolean' },
      group: { type: 'string' },
      attack: { type: 'string' },
    },
  });
  const group = values.group === undefined ? attacks : (groups[values.group] ?? []);
  const chosen = group.filter(({ id }) => values.attack === undefined || id === values.attack);
  try {
    const { text, code } = await attackServer(values, chosen);
    return { code, stdout: `${text}\n`, stderr: '' };
  } catch (error) {
    return { code: 1, stdout: '', stderr: `${describe(error)}\n` };
  }
}

/** A command that prints a token from a file: on the command line everybody would see it. */
export function tokenCommand(token: string): string {
  const file = join(folder, 'token');
  writeFileSync(file, token, { mode: 0o600 });
  return `cat ${file}`;
}
