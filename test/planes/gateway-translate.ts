import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { run } from '../../scripts/lib/children.ts';
import { tool } from '../../scripts/tools/tool.ts';
import type { Node } from './gateway-manifests.ts';

/** What Envoy Gateway makes of manifests: the parts of Envoy's configuration, by their type. */
export interface Translated {
  /** Such as `ListenersConfigDump`. */
  xds: Map<string, Node>;
  /** Whom Envoy trusts as the issuer of a server's certificate: PEM, by the name that Envoy asks for. */
  authorities: Map<string, string>;
  /** Each condition that a controller wrote, as `HTTPRoute mcp/name: Accepted True`. */
  conditions: string[];
}

/** Translate manifests by the real Envoy Gateway; `folder` takes its input. */
export async function translate(objects: readonly Node[], folder: string): Promise<Translated> {
  const input = join(folder, 'manifests.yaml');
  writeFileSync(input, objects.map((object) => stringify(object)).join('---\n'));
  const kinds = ['--from', 'gateway-api', '--to', 'xds,ir,gateway-api'];
  const args = ['x', 'translate', ...kinds, '-o', 'json', '-f', input];
  const { code, stdout, stderr } = await run(await tool('egctl'), args, { timeoutMs: 120_000 });
  if (code !== 0 || !stdout.startsWith('{')) {
    throw new Error(`Envoy Gateway refuses the manifests: ${stderr.trim() || stdout.trim()}`);
  }
  const translated = JSON.parse(stdout) as { xds: Record<string, Node>; xdsIR: Node } & Node;
  const { xds, xdsIR, ...resources } = translated;
  const [dump, ...more] = Object.values(xds ?? {});
  if (dump === undefined || more.length > 0) throw new Error('one Gateway was expected');
  const configs = dump['configs'] as Node[];
  return {
    xds: new Map(
      configs.map((config) => [String(config['@type']).split('.').at(-1) ?? '', config]),
    ),
    authorities: new Map(authoritiesIn(xdsIR)),
    conditions: (Object.values(resources).flat() as Node[])
      .filter((each) => 'metadata' in each)
      .flatMap(conditionsOf),
  };
}

/** The dump of Envoy's configuration leaves them out, as it does keys; what it is made of has them. */
function authoritiesIn(value: unknown): [name: string, pem: string][] {
  if (typeof value !== 'object' || value === null) return [];
  const { caCertificate } = value as { caCertificate?: { name: string; certificate: string } };
  const inside = Object.values(value).flatMap(authoritiesIn);
  if (caCertificate === undefined) return inside;
  return [[caCertificate.name, atob(caCertificate.certificate)], ...inside];
}

/** Read the conditions of one resource, of its listeners, and for each of its parents. */
export function conditionsOf({ kind, metadata, status }: Node): string[] {
  if (status === undefined) return [];
  const { namespace, name } = metadata as { namespace?: string; name: string };
  const found: string[] = [];
  const collect = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    const { type, status: is, reason, message } = value as Record<string, string>;
    if (type !== undefined && is !== undefined && reason !== undefined) {
      const why = is === 'True' ? '' : ` ${reason}: ${message}`;
      found.push(`${String(kind)} ${namespace ?? ''}/${name}: ${type} ${is}${why}`);
    }
    Object.values(value).forEach(collect);
  };
  collect(status);
  return found;
}
