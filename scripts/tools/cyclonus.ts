import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../lib/children.ts';
import { tool } from './tool.ts';

/** One end of a flow: a pod, or an address outside of the cluster. */
export interface End {
  ip: string;
  namespace?: string;
  labels?: Record<string, string>;
}

/** A connection that somebody tries to open. */
export interface Flow {
  from: End;
  to: End;
  port: number;
  /** What the container calls the port. */
  portName?: string;
  protocol: 'TCP' | 'UDP';
}

/** What NetworkPolicies make of a flow. */
export interface Ruling {
  allowed: boolean;
  /** The side whose policies refuse it: of the pod that it leaves, of the pod that it enters. */
  deniedBy: ('ingress' | 'egress')[];
  /** The ruling as cyclonus prints it. */
  printed: string[];
}

/** Let cyclonus judge flows against NetworkPolicies, in their order; throws when it skipped any. */
export async function judgeFlows(policies: object[], flows: readonly Flow[]): Promise<Ruling[]> {
  const folder = mkdtempSync(join(tmpdir(), 'flows-'));
  try {
    const traffic = join(folder, 'traffic.json');
    const list = join(folder, 'policies.json');
    writeFileSync(traffic, JSON.stringify(flows.map(toTraffic)));
    // of several YAML documents in one file it would read the first alone
    const items = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicyList',
      items: policies,
    };
    writeFileSync(list, JSON.stringify(items));
    const args = ['analyze', '--mode', 'parse,query-traffic', '--simplify-policies=false'];
    const { code, stdout, stderr } = await run(
      await tool('cyclonus'),
      [...args, '--policy-path', list, '--traffic-path', traffic],
      { timeoutMs: 60_000 },
    );
    const [parsed = '', ...sections] = stdout.split('Is traffic allowed?\n');
    const said = stderr.trim().split('\n').at(-1);
    if (code !== 0 || sections.length !== flows.length) {
      throw new Error(`cyclonus judged ${sections.length} of ${flows.length} flows: ${said}`);
    }
    const names = policies.map((policy) => nameOf(policy as Named));
    const unread = names.filter((name) => !parsed.includes(`| ${name} `));
    if (unread.length > 0) throw new Error(`cyclonus did not read ${unread.join(', ')}`);
    return sections.map(readRuling);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The form in which cyclonus takes a flow. */
function toTraffic({ from, to, port, portName = '', protocol }: Flow): object {
  const peer = ({ ip, namespace, labels = {} }: End): object =>
    namespace === undefined
      ? { IP: ip }
      : {
          IP: ip,
          Internal: {
            Namespace: namespace,
            NamespaceLabels: { 'kubernetes.io/metadata.name': namespace },
            PodLabels: labels,
          },
        };
  return {
    Source: peer(from),
    Destination: peer(to),
    ResolvedPort: port,
    ResolvedPortName: portName,
    Protocol: protocol,
  };
}

interface Named {
  metadata: { namespace: string; name: string };
}

/** What cyclonus calls a policy. */
function nameOf({ metadata: { namespace, name } }: Named): string {
  return `${namespace}/${name}`;
}

function readRuling(section: string): Ruling {
  const printed = section
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => /^[|+]/.test(line));
  const end = printed.findIndex((line) => /IS ALLOWED\?/.test(line));
  const [, allowed] = /IS ALLOWED\? \|\s+(TRUE|FALSE)/.exec(printed[end] ?? '') ?? [];
  if (allowed === undefined) throw new Error(`cyclonus did not say whether:\n${section}`);
  const table = printed.slice(0, end + 2);
  const denied = (side: string) =>
    table.some((line) => new RegExp(`^\\| ${side} +\\| Deny`).test(line)) &&
    !table.some((line) => new RegExp(`^\\| ${side} +\\| Allow`).test(line));
  const deniedBy = (['ingress', 'egress'] as const).filter((side) =>
    denied(side === 'ingress' ? 'Ingress' : 'Egress'),
  );
  return { allowed: allowed === 'TRUE', deniedBy, printed: table };
}
