import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from '../lib/children.ts';
import { Mistake } from '../lib/main.ts';
import { cacheDir } from '../lib/paths.ts';
import { makeOnce } from './make-once.ts';
import { onPath } from './on-path.ts';
import { progress } from './progress.ts';
import { tools, type Tool, type ToolName } from './tools.ts';

const buildFlags = ['-mod=readonly', '-trimpath', '-buildvcs=false'];

/** Return the path of a program of the pinned version: from PATH, from the cache, or built now. */
export async function tool(name: ToolName): Promise<string> {
  const row: Tool | undefined = tools.find((tool) => tool.name === name);
  if (row === undefined)
    throw new Mistake(`no tool "${name}": add a row to scripts/tools/tools.ts`);
  return (await rightVersionOnPath(row)) ?? (await obtain(row));
}

async function rightVersionOnPath(row: Tool): Promise<string | undefined> {
  const path = onPath(row.program);
  if (path === undefined) return undefined;
  const { code, stdout, stderr } = await run(path, [...row.versionArgs], { timeoutMs: 10_000 });
  const words = `${stdout} ${stderr}`.split(/[^\w.+-]+/);
  const right = [row.version, row.version.slice(1)].some((version) => words.includes(version));
  return code === 0 && right ? path : undefined;
}

async function obtain(row: Tool): Promise<string> {
  const folder = join(cacheDir, 'tools', `${row.name}-${row.version}-${key(row)}`);
  await makeOnce(folder, (draft) =>
    progress(`building ${row.name} ${row.version}, about ${row.coldCpuSeconds} CPU seconds`, () =>
      build(row, join(draft, row.program)),
    ),
  );
  return join(folder, row.program);
}

/** What was built is the same while the module, its checksums, the flags and the machine are. */
function key(row: Tool): string {
  const hash = createHash('sha256');
  for (const file of ['go.mod', 'go.sum']) hash.update(readPin(row, file)).update('\0');
  hash.update(
    [row.source, ...buildFlags, linkFlags(row), process.platform, process.arch].join('\0'),
  );
  return hash.digest('hex').slice(0, 16);
}

function moduleOf(row: Tool): string {
  return join(import.meta.dirname, row.module ?? row.name);
}

/** Leave the symbols out, and tell the program its version where it cannot know it. */
function linkFlags({ variables }: Tool): string {
  const settings = Object.entries(variables ?? {}).map(([name, value]) => ` -X ${name}=${value}`);
  return `-ldflags=-s -w${settings.join('')}`;
}

function readPin(row: Tool, file: string): string {
  const path = join(moduleOf(row), file);
  if (existsSync(path)) return readFileSync(path, 'utf8');
  throw new Mistake(
    `scripts/tools/${row.module ?? row.name}/${file} is missing: run \`go get -tool ${row.source}@${row.version}\` in that folder`,
  );
}

async function build(row: Tool, output: string): Promise<void> {
  const what = `${row.name} ${row.version}`;
  const go = onPath('go');
  if (go === undefined) {
    throw new Mistake(`${what} cannot be built: install Go 1.26 or later, or put it on PATH`);
  }
  const args = ['build', ...buildFlags, linkFlags(row), '-o', output, row.source];
  // checks run beside it, and come first
  const nice = onPath('nice');
  const [program, ...all] = nice === undefined ? [go, ...args] : [nice, '-n', '10', go, ...args];
  const { code, stderr } = await run(program, all, {
    cwd: moduleOf(row),
    // what Go leaves when it is ended goes with the draft
    env: {
      ...process.env,
      CGO_ENABLED: '0',
      GOWORK: 'off',
      GOTMPDIR: dirname(output),
      // a compiler lives longer, and needs the memory
      GOGC: '100',
    },
    timeoutMs: 3_600_000,
  });
  if (code !== 0) {
    const why = stderr.trim().split('\n').at(-1);
    throw new Mistake(`${what} was not built: ${why} (mend that, or put ${what} on PATH)`);
  }
}
