import { flowsFile, type FlowsFile } from '../../evidence/evidence.ts';
import { judgeFlows, type End, type Flow } from '../../scripts/tools/cyclonus.ts';
import { tools } from '../../scripts/tools/tools.ts';
import { network as attacks } from '../attacks/network.ts';
import { readNetwork } from '../planes/network-ends.ts';
import { network, place, type NetworkTarget } from '../surfaces/network.ts';

/** What is judged: nothing, the pattern alone, and the pattern where a gate stands in the pod. */
const builds = [
  { folder: 'manifests/base', title: 'no policy' },
  { folder: 'manifests/hardened-baseline', title: 'hardened-baseline' },
  { folder: 'manifests/basic', title: 'with a gate' },
];

/** A flow around the server; undefined where a build has none such. */
interface Row {
  title: string;
  flow: (target: NetworkTarget) => Promise<Flow | undefined>;
}

/** The flows that are opened. */
export const openings: Row[] = [
  { title: 'A call from the gateway', flow: (target) => network.legitimate(target, 'in') },
  { title: 'A question to DNS', flow: (target) => network.legitimate(target, 'dns') },
  {
    title: 'A question to DNS whose answer is long',
    flow: async (target) => ({ ...(await network.legitimate(target, 'dns')), protocol: 'TCP' }),
  },
  {
    title: 'A fetch of keys from the authorization server',
    flow: (target) => network.legitimate(target, 'out'),
  },
];

/** The flows that are not. */
export const closed: Row[] = [
  {
    title: 'A call from the gateway past the gate',
    async flow(target) {
      const { serverPort, port } = target.ends;
      if (serverPort === port) return undefined;
      return { ...(await network.legitimate(target, 'in')), port: serverPort, portName: 'mcp' };
    },
  },
  ...attacks.map(({ title, from, change }) => ({
    title,
    async flow(target: NetworkTarget) {
      const flow = await network.legitimate(target, from);
      change(flow, target);
      return flow;
    },
  })),
];

/** Let every flow be judged in every build, as evidence/flows.json records it. */
export async function makeFlows(): Promise<string> {
  const rows = [...openings, ...closed];
  const targets = await Promise.all(builds.map(({ folder }) => readNetwork(folder)));
  const judged = await Promise.all(targets.map((target) => judgeRows(rows, target)));
  const flows = rows.map(({ title }, index) => {
    const found = judged.map((column) => column[index]);
    const shown = found.find((cell) => cell?.flow !== undefined)?.flow;
    if (shown === undefined) throw new Error(`no build has the flow "${title}"`);
    const { from, to, port, protocol } = shown;
    const rulings = found.map((cell) => cell?.ruling ?? null);
    const server = targets[0]?.ends.server.ip;
    const end = (peer: End, at?: number) =>
      peer.ip === server ? `server ${place(peer, at)}` : describe(peer, at);
    return { title, from: end(from), to: `${end(to, port)} ${protocol}`, rulings };
  });
  const [cyclonus] = tools.filter(({ name }) => name === 'cyclonus');
  const judge = { name: 'cyclonus', version: cyclonus?.version ?? 'none' };
  const file: FlowsFile = flowsFile.parse({ judge, builds, flows });
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** Judge flows in one build. */
export async function judgeRows(
  rows: readonly Row[],
  target: NetworkTarget,
): Promise<{ flow?: Flow; ruling?: 'allowed' | 'denied' }[]> {
  const flows = await Promise.all(rows.map(({ flow }) => flow(target)));
  const asked = flows.filter((flow) => flow !== undefined);
  const rulings = await judgeFlows(target.policies, asked);
  return flows.map((flow) => {
    if (flow === undefined) return {};
    const { allowed } = rulings[asked.indexOf(flow)] ?? {};
    return { flow, ruling: allowed === true ? 'allowed' : 'denied' };
  });
}

/** One end in a line: its place, and the labels that tell it from its neighbours. */
function describe(peer: End, port?: number): string {
  const labels = Object.entries(peer.labels ?? {}).map(([name, value]) => `${name}=${value}`);
  return [place(peer, port), ...labels].join(' ');
}
