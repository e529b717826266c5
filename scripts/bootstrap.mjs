// The first thing that runs, on whatever Node is there and before any package is: it checks Node,
// installs what package-lock.json says, and hands over to the Node that the project carries.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const modules = join(root, 'node_modules');
const stampFile = join(modules, '.installed-from');
const [task, ...args] = process.argv.slice(2);

function stop(line) {
  console.error(line);
  process.exit(1);
}

if (Number(process.versions.node.split('.')[0]) < 20) {
  const npm = `npx -y -p node@24 npm ${['start', 'test'].includes(task) ? task : `run ${task}`}`;
  stop(
    `Node.js ${process.versions.node} is too old: run "${npm}", or install Node.js 20 or later (https://nodejs.org)`,
  );
}
if (!/^[a-z-]+$/.test(task ?? '') || !existsSync(join(root, 'scripts', `${task}.ts`))) {
  stop(`no task "${task ?? ''}": see "scripts" in package.json`);
}

/** Find out before a minute of set-up whether the site's port is taken; start.ts judges the option. */
async function findPort() {
  const port = Number(/--port[= ](\d{1,5})/.exec(args.join(' '))?.[1] ?? 4321);
  if (port > 65_535) return;
  const probe = createServer();
  const taken = await new Promise((resolve) => {
    probe.once('error', ({ code }) => resolve(code === 'EADDRINUSE'));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(false)));
  });
  if (taken) stop(`port ${port} is in use: npm start -- --port ${port === 8000 ? 8001 : 8000}`);
}

/** Install the packages once for each lock file and platform. */
async function install() {
  const stamp = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(`${process.platform} ${process.arch}`)
    .digest('hex');
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;
  rmSync(stampFile, { force: true });
  const started = Date.now();
  const seconds = () => `${Math.round((Date.now() - started) / 1000)} s`;
  console.error('set up: installing packages with npm ci, about a minute');
  const ticker = setInterval(() => console.error(`set up: still installing, ${seconds()}`), 10_000);
  const npm = process.env.npm_execpath;
  const child = spawn(
    npm ? process.execPath : 'npm',
    [...(npm ? [npm] : []), 'ci', '--no-progress', '--loglevel=error'],
    { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (complaint += text));
  const status = await new Promise((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('close', resolve);
  });
  clearInterval(ticker);
  if (status !== 0) {
    const why =
      complaint.split('\n').find((line) => line.trim() !== '') ?? `npm ended with ${status}`;
    stop(`set up: packages were not installed: ${why} (run "npm ci" to see all of it)`);
  }
  writeFileSync(stampFile, stamp);
  console.error(`set up: packages installed, ${seconds()}`);
}

if (task === 'start' && !args.includes('--help')) await findPort();
await install();
const node = join(modules, '.bin', 'node');
if (!existsSync(node))
  stop('set up: package "node" brought no program: delete node_modules and run this again');
const child = spawn(
  node,
  ['--disable-warning=ExperimentalWarning', join(root, 'scripts', `${task}.ts`), ...args],
  {
    stdio: 'inherit',
    env: {
      ...process.env,
      PATH: `${join(modules, '.bin')}:${process.env.PATH}`,
      // hundreds of programs of one run load the same files
      NODE_COMPILE_CACHE: join(modules, '.compile-cache'),
    },
  },
);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => stop(`${node}: ${error.message}`));
child.on('exit', (code, signal) => process.exit(signal === null ? code : 130));
