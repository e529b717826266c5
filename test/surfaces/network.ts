import { judgeFlows, type End, type Flow } from '../../scripts/tools/cyclonus.ts';
import type { Outcome, Refusal, Surface } from '../contracts.ts';
import { fold, width } from '../corpus/fold.ts';

/** The policies that judge, and the ends between which flows are legitimate. */
export interface NetworkTarget {
  policies: object[];
  ends: Ends;
}

/** Who is there; the server is entered on `port`, and itself listens on `serverPort`. */
export interface Ends {
  server: End;
  port: number;
  portName: string;
  serverPort: number;
  gateway: End;
  dns: End;
  authorizationServer: End;
}

/** One connection that somebody tries to open; an attack changes one end or the port. */
export type NetworkExchange = Flow;

/** The legitimate flows, each by its one opening. */
const legitimate: Record<string, (ends: Ends) => Flow> = {
  in: ({ gateway, server, port, portName }) => ({
    from: gateway,
    to: server,
    port,
    portName,
    protocol: 'TCP',
  }),
  out: ({ server, authorizationServer }) => ({
    from: server,
    to: authorizationServer,
    port: 443,
    protocol: 'TCP',
  }),
  dns: ({ server, dns }) => ({ from: server, to: dns, port: 53, protocol: 'UDP' }),
};

export const network: Surface<NetworkExchange, NetworkTarget> = {
  legitimate({ ends }, from = 'in') {
    const flow = legitimate[from];
    if (flow === undefined) throw new Error(`no legitimate flow "${from}"`);
    return Promise.resolve(structuredClone(flow(ends)));
  },

  async run(flow, { policies }): Promise<Outcome> {
    const [ruling] = await judgeFlows(policies, [flow]);
    if (ruling === undefined) throw new Error('no ruling');
    const { allowed, deniedBy, printed } = ruling;
    const status = allowed ? 'allowed' : 'denied';
    const refusal: Refusal = allowed ? { status } : { status, by: deniedBy.join(', ') };
    const reason = allowed ? 'connects' : `by the policies of ${deniedBy.join(' and ')}`;
    const effect = allowed ? 'connects' : undefined;
    return { ok: allowed, status, effect, refusal, reason, answer: printed };
  },

  lines({ from, to, port, protocol }) {
    return [
      `from  ${place(from)}`,
      ...labelLines(from),
      `to    ${place(to, port)} ${protocol}`,
      ...labelLines(to),
    ].flatMap((line) => fold(line, width.line));
  },
};

/** A namespace, or an address outside of the cluster. */
export function place({ ip, namespace }: End, port?: number): string {
  const host = namespace ?? (ip.includes(':') ? `[${ip}]` : ip);
  return port === undefined ? host : `${host}:${port}`;
}

function labelLines({ labels = {} }: End): string[] {
  return Object.entries(labels).map(([name, value]) => `    ${name}=${value}`);
}
