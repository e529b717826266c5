import { run } from '../lib/children.ts';
import { Mistake } from '../lib/main.ts';
import { cacheDir } from '../lib/paths.ts';
import { onPath } from './on-path.ts';

/** Return the folder of a Go module of which the checksum is known. */
export async function moduleFolder(path: string, version: string, sum: string): Promise<string> {
  const module = `${path}@${version}`;
  const go = onPath('go');
  if (go === undefined) throw new Mistake(`${module} cannot be fetched: install Go 1.26 or later`);
  const { code, stdout, stderr } = await run(go, ['mod', 'download', '-json', module], {
    cwd: cacheDir,
    env: { ...process.env, GOWORK: 'off' },
  });
  const answer = JSON.parse(stdout || '{}') as { Dir?: string; Sum?: string; Error?: string };
  if (code !== 0 || answer.Dir === undefined) {
    throw new Mistake(`${module} was not fetched: ${answer.Error ?? stderr.trim()}`);
  }
  if (answer.Sum !== sum) {
    throw new Mistake(`${module} has the checksum ${answer.Sum}, not ${sum}: do not use it`);
  }
  return answer.Dir;
}
