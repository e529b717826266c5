import { readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChildProcess } from 'node:child_process';
import { Mistake } from '../../scripts/lib/main.ts';
import { tool } from '../../scripts/tools/tool.ts';
import { callApi, type Answer } from './api.ts';
import { writeCredentials } from './credentials.ts';
import { openPlace, runIn, type Place } from './place.ts';

export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** A real API server with its store and controllers, and no node. */
export interface Cluster {
  place: Place;
  /** Run kubectl as an administrator. */
  kubectl(args: string[], options?: { cwd?: string }): Promise<Ended>;
  /** Run lines of shell as a reader types them; kubectl is on PATH. */
  shell(lines: string, cwd: string): Promise<Ended>;
  /** Call the API. */
  call(path: string, method?: string, body?: unknown): Promise<Answer>;
  /** How long it took to be ready. */
  readySeconds: number;
  stop(): Promise<void>;
}

/** Start etcd, kube-apiserver and kube-controller-manager; resolves when the API can be used. */
export async function startCluster(open = openPlace): Promise<Cluster> {
  const programs = {
    etcd: await tool('etcd'),
    'kube-apiserver': await tool('kube-apiserver'),
    'kube-controller-manager': await tool('kube-controller-manager'),
  };
  const kubectl = await tool('kubectl');
  const began = Date.now();
  const place = await open();
  try {
    const [store, peer, port] = [
      await place.port(2379),
      await place.port(2380),
      await place.port(6443),
    ];
    const { folder } = place;
    const file = (name: string) => join(folder, name);
    writeCredentials(folder, port);
    const begin = (name: keyof typeof programs, flags: string[]) =>
      watch(name, place.begin(programs[name], flags, file(`${name}.log`)), file(`${name}.log`));
    const running = [
      begin('etcd', etcdFlags(folder, store, peer)),
      begin('kube-apiserver', apiServerFlags(folder, store, port)),
    ];
    const environment = {
      ...process.env,
      KUBECONFIG: file('admin.kubeconfig'),
      KUBECACHEDIR: file('kubectl-cache'),
      KUBERC: 'off',
      PATH: `${dirname(kubectl)}${delimiter}${process.env['PATH']}`,
    };
    const asAdministrator = (program: string, args: string[], cwd?: string) =>
      runIn(place, program, args, { env: environment, ...(cwd === undefined ? {} : { cwd }) });
    const until = async (what: string, holds: () => Promise<boolean>) => {
      const deadline = Date.now() + 240_000;
      while (!(await holds())) {
        const ended = running.map((said) => said()).find((line) => line !== undefined);
        if (ended !== undefined) throw new Mistake(ended);
        if (Date.now() > deadline) throw new Mistake(`the API server is not ready: ${what}`);
        await sleep(200);
      }
    };
    await until('/readyz', async () => {
      const { code } = await asAdministrator(kubectl, ['get', '--raw', '/readyz']);
      return code === 0;
    });
    running.push(begin('kube-controller-manager', controllerFlags(folder)));
    const socket = file('api.sock');
    const proxied = ['proxy', `--unix-socket=${socket}`, '--kubeconfig', environment.KUBECONFIG];
    place.begin(kubectl, proxied, file('proxy.log'));
    const call: Cluster['call'] = (path, method, body) => callApi(socket, path, method, body);
    await until('no ServiceAccount in namespace default', () =>
      call('/api/v1/namespaces/default/serviceaccounts/default').then(
        ({ status }) => status === 200,
        () => false,
      ),
    );
    return {
      place,
      call,
      kubectl: (args, { cwd } = {}) => asAdministrator(kubectl, args, cwd),
      shell: (lines, cwd) => asAdministrator('sh', ['-e', '-c', lines], cwd),
      readySeconds: (Date.now() - began) / 1000,
      stop: () => place.stop(),
    };
  } catch (error) {
    await place.stop();
    throw error;
  }
}

/** What a program said when it ended, in one line; nothing while it runs. */
function watch(name: string, child: ChildProcess, log: string): () => string | undefined {
  return () => {
    if (child.exitCode === null && child.signalCode === null) return undefined;
    return `${name} ended: ${lastError(readFileSync(log, 'utf8'))}`;
  };
}

/** The line of a log that tells why its program ended. */
export function lastError(log: string): string {
  const lines = log.trim().split('\n');
  const port = lines.find((line) => line.includes('address already in use'));
  const [, address = ''] = /([\d.]+:\d+): bind: address already in use/.exec(port ?? '') ?? [];
  if (port !== undefined) return `${address} is in use: stop what listens there, or run as root`;
  const fatal = lines.filter((line) => /^[EF]\d{4} |"level":"(error|fatal)"|^Error:/.test(line));
  return (fatal.at(-1) ?? lines.at(-1) ?? 'it said nothing').replace(/^.*?\] /, '').slice(0, 300);
}

function etcdFlags(folder: string, client: number, peer: number): string[] {
  const [at, among] = [`http://127.0.0.1:${client}`, `http://127.0.0.1:${peer}`];
  return [
    ...['--name=one', `--data-dir=${join(folder, 'etcd')}`, '--unsafe-no-fsync'],
    ...[`--listen-client-urls=${at}`, `--advertise-client-urls=${at}`],
    ...[`--listen-peer-urls=${among}`, `--initial-advertise-peer-urls=${among}`],
    ...[`--initial-cluster=one=${among}`, '--log-level=warn'],
  ];
}

function apiServerFlags(folder: string, store: number, port: number): string[] {
  const file = (name: string) => join(folder, name);
  return [
    ...[`--etcd-servers=http://127.0.0.1:${store}`, `--secure-port=${port}`],
    ...['--bind-address=127.0.0.1', '--advertise-address=127.0.0.1'],
    ...['--endpoint-reconciler-type=none', '--service-cluster-ip-range=10.96.0.0/16'],
    ...[`--cert-dir=${folder}`, `--token-auth-file=${file('tokens.csv')}`],
    ...['--authorization-mode=RBAC', '--profiling=false', '--allow-privileged=true'],
    '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
    `--service-account-key-file=${file('service-accounts.pub')}`,
    `--service-account-signing-key-file=${file('service-accounts.key')}`,
  ];
}

function controllerFlags(folder: string): string[] {
  const file = (name: string) => join(folder, name);
  return [
    ...[`--kubeconfig=${file('controllers.kubeconfig')}`, '--leader-elect=false'],
    ...['--secure-port=0', '--use-service-account-credentials=true'],
    `--service-account-private-key-file=${file('service-accounts.key')}`,
    `--root-ca-file=${file('apiserver.crt')}`,
  ];
}
