import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { run } from '../../scripts/lib/children.ts';
import { root } from '../../scripts/lib/paths.ts';

const folder = mkdtempSync(join(tmpdir(), 'attack-'));
after(() => rmSync(folder, { recursive: true }));

/** Run `npm run attack` with arguments, as a reader does. */
export function attack(...args: string[]) {
  const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined };
  return run(process.execPath, ['scripts/attack.ts', ...args], { cwd: root, env });
}

/** A command that prints a token from a file: on the command line everybody would see it. */
export function tokenCommand(token: string): string {
  const file = join(folder, 'token');
  writeFileSync(file, token, { mode: 0o600 });
  return `cat ${file}`;
}
