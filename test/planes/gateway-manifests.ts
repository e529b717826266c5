import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { root } from '../../scripts/lib/paths.ts';
import { build } from '../../scripts/tools/kustomize.ts';

/** A Kubernetes object, a part of a configuration of Envoy, or any map within one. */
export interface Node {
  [key: string]: unknown;
}

/** The free ports of what listens here. */
export interface Ports {
  issuer: number;
  server: number;
}

/** One change of a built object: the value at a dotted path, or a part of a text there. */
export interface Edit {
  /**
   * Such as `HTTPRoute spec.hostnames.0`, the first object of its kind that has it; where several
   * have, with the name up to a dot: `SecurityPolicy ingress-gateway spec.jwt.providers.0.issuer`.
   */
  at: string;
  /** The new value, also of a field that was not there; undefined takes the field out. */
  value?: unknown;
  /** In place of `value`: what is replaced in the text, each time that it occurs. */
  find?: string;
  replace?: string;
}

/** What a reader may add to the pattern. */
export interface Added {
  /** Folders of manifests/ingress-gateway beside the pattern. */
  components?: readonly string[];
  /** What the manifests refer to, and do not hold. */
  objects?: readonly Node[];
}

const overlay = 'test/planes/loopback';
const addresses = `${overlay}/addresses/kustomization.yaml`;

/** Build the published pattern with the overlay for loopback, and change what a test asks for. */
export async function buildGateway(
  ports: Ports,
  edits: readonly Edit[] = [],
  { components = [], objects: more = [] }: Added = {},
): Promise<Node[]> {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-'));
  try {
    for (const part of ['manifests', overlay]) {
      cpSync(join(root, part), join(folder, part), { recursive: true });
    }
    const placed = readFileSync(join(folder, addresses), 'utf8')
      .replaceAll('127.0.0.1:9000', `127.0.0.1:${ports.issuer}`)
      .replace('value: 9001', `value: ${ports.server}`);
    writeFileSync(join(folder, addresses), placed);
    const named = join(folder, overlay, 'kustomization.yaml');
    const lines = components.map((name) => `  - ../../../manifests/ingress-gateway/${name}\n`);
    const text = readFileSync(named, 'utf8');
    writeFileSync(named, text.replace('patches:\n', `${lines.join('')}patches:\n`));
    const { code, stdout, stderr } = await build(join(folder, overlay), '1.37');
    if (code !== 0) throw new Error(`${overlay} does not build: ${stderr.trim()}`);
    const built = parseAllDocuments(stdout).map((document) => document.toJS() as Node);
    const objects = [...built, ...more];
    for (const edit of edits) change(objects, edit);
    return objects;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What an object is named before the first dot; whose it is comes after it. */
export const nameOf = ({ metadata }: Node): string =>
  String((metadata as Node)['name']).split('.')[0] ?? '';

/** Change an object; a place that is not there, or a text that does not occur, is an error. */
export function change(objects: readonly Node[], { at, value, find, replace = '' }: Edit): void {
  const [kind, ...place] = at.split(' ');
  const path = place.pop() ?? '';
  const [named] = place;
  const keys = path.split('.');
  const last = keys.pop() as string;
  const first = objects
    .filter((object) => object['kind'] === kind)
    .filter((object) => named === undefined || nameOf(object) === named)
    .map((object) => keys.reduce<unknown>((node, key) => (node as Node | undefined)?.[key], object))
    .find((node): node is Node => node instanceof Object && (last in node || value !== undefined));
  if (first === undefined) throw new Error(`no object has ${at}`);
  if (find !== undefined) {
    const text = String(first[last]);
    if (!text.includes(find)) throw new Error(`${at} holds no ${find}`);
    first[last] = text.replaceAll(find, replace);
  } else if (value === undefined) delete first[last];
  else first[last] = value;
}
