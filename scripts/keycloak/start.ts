import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  closeSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { listen } from '../../patterns/gate/listen.ts';
import { start, stop } from '../lib/children.ts';
import { Mistake } from '../lib/main.ts';
import { root } from '../lib/paths.ts';
import { keycloak } from '../tools/keycloak.ts';
import { Admin, adminClient } from './admin.ts';

/** The realm that a reader can import; what differs for each reader comes from the environment. */
export const realmFile = join(root, 'patterns/token-authentication/keycloak/mcp-realm.json');
const realm = 'mcp';

/** The variables that stand for the secrets of its clients, by `client_id`. */
export const secretVariables: Readonly<Record<string, string>> = {
  'ci-deployer': 'CI_DEPLOYER_SECRET',
  'drift-monitor': 'DRIFT_MONITOR_SECRET',
  'support-agent': 'SUPPORT_AGENT_SECRET',
};

/** A Keycloak that holds the realm and nobody who could sign in. */
export interface Keycloak {
  issuer: string;
  jwksUri: string;
  /** Secrets of the workloads and the agent, by `client_id`. */
  secrets: ReadonlyMap<string, string>;
  admin: Admin;
  /** The folder of its data and its log, which goes when it ends. */
  folder: string;
  readySeconds: number;
  running: () => boolean;
  close: () => Promise<void>;
}

/** Run a program until it ends, or until whoever started it is gone and standard input with it. */
const untilClosed =
  'exec 3<&0; (cat <&3 > /dev/null; kill -9 0) & exec 3<&-; exec "$0" "$@" < /dev/null';
const endings = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const exit = () => process.exit(1);

/** How long it may take to be ready: 45 s where nothing else runs, several times that under load. */
const patience = 540_000;

/** Start Keycloak on loopback with the published realm, in memory: nothing is kept when it ends. */
export async function startKeycloak(options: {
  resource: string;
  port?: number;
}): Promise<Keycloak> {
  const program = await keycloak();
  const began = Date.now();
  const port = await freePort(options.port);
  const folder = makeHome(program);
  const secrets = new Map(Object.keys(secretVariables).map((client) => [client, random()]));
  const secret = random();
  const origin = `http://127.0.0.1:${port}`;
  const log = join(folder, 'keycloak.log');
  const output = openSync(log, 'w', 0o600);
  const flags = [
    ...['start', '--optimized', '--import-realm', '--cache=local', '--log-console-color=false'],
    ...['--http-enabled=true', '--http-host=127.0.0.1', `--http-port=${port}`],
    `--hostname=${origin}`,
  ];
  const child = start('sh', ['-c', untilClosed, join(folder, 'bin', 'kc.sh'), ...flags], {
    stdio: ['pipe', output, output],
    env: {
      ...process.env,
      JAVA_OPTS_KC_HEAP: '-Xms64m -Xmx512m',
      // it lives for minutes: the second compiler costs more than it saves
      JAVA_OPTS_APPEND: '-XX:TieredStopAtLevel=1',
      KC_BOOTSTRAP_ADMIN_CLIENT_ID: adminClient,
      KC_BOOTSTRAP_ADMIN_CLIENT_SECRET: secret,
      MCP_RESOURCE: options.resource,
      ...Object.fromEntries(
        [...secrets].map(([client, value]) => [secretVariables[client] ?? '', value]),
      ),
    },
  });
  closeSync(output);
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  process.once('exit', remove);
  // a process that a signal ends has no exit of its own, unless somebody listens
  for (const signal of endings) process.once(signal, exit);
  const running = () => child.exitCode === null && child.signalCode === null;
  const close = async () => {
    if (running()) {
      const ended = once(child, 'exit');
      stop(child);
      await ended;
    }
    child.stdin?.destroy();
    process.off('exit', remove);
    for (const signal of endings) process.off(signal, exit);
    remove();
  };
  try {
    const admin = new Admin(origin, realm, secret);
    // the administrator is made last, after the realm was imported
    while ((await admin.token().catch(() => undefined)) === undefined) {
      if (!running()) throw new Mistake(`Keycloak ended: ${lastError(readFileSync(log, 'utf8'))}`);
      if (Date.now() - began > patience) throw new Mistake('Keycloak is not ready');
      await sleep(500);
    }
    await admin.call('');
    const issuer = `${origin}/realms/${realm}`;
    return {
      issuer,
      jwksUri: `${issuer}/protocol/openid-connect/certs`,
      secrets,
      admin,
      folder,
      readySeconds: (Date.now() - began) / 1000,
      running,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Make a home of its own around the programs of the cache, which are never written to. */
function makeHome(program: string): string {
  const home = mkdtempSync(join(tmpdir(), 'keycloak-'));
  for (const part of ['conf', 'lib', 'providers', 'themes']) {
    symlinkSync(join(program, part), join(home, part));
  }
  // the script takes the folder above its own for the home, so it is no link
  mkdirSync(join(home, 'bin'));
  copyFileSync(join(program, 'bin', 'kc.sh'), join(home, 'bin', 'kc.sh'));
  mkdirSync(join(home, 'data', 'import'), { recursive: true });
  copyFileSync(realmFile, join(home, 'data', 'import', `${realm}-realm.json`));
  return home;
}

/** The line of a log that tells why Keycloak ended. */
export function lastError(log: string): string {
  const lines = log.trim().split('\n');
  const line = lines.find((each) => /\bERROR\b/.test(each)) ?? lines.at(-1) ?? '';
  return line.replace(/^.*?\bERROR\b *(\[[^\]]*\] *)?(\([^)]*\) *)?/, '').slice(0, 300);
}

/** A port on which nobody listens; one that is in use is an error with the code EADDRINUSE. */
async function freePort(port = 0): Promise<number> {
  const listening = await listen((_, response) => response.end(), { port });
  await listening.close();
  return Number(listening.url.port);
}

/** A password or secret that nobody can guess. */
export function random(): string {
  return randomBytes(24).toString('base64url');
}
