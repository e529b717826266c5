import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { root } from '../../scripts/lib/paths.ts';
import type { MinorName } from '../../scripts/tools/kubernetes.ts';
import { build } from '../../scripts/tools/kustomize.ts';

/** A parsed Kubernetes object, or any map within one. */
export interface Tree {
  [key: string]: unknown;
}

export const oldest: MinorName = '1.32';
export const newest: MinorName = '1.37';

/** Build a folder that must build; returns the YAML. */
export async function buildYaml(folder: string, minor = newest): Promise<string> {
  const { code, stdout, stderr } = await build(folder, minor);
  assert.equal(code, 0, `${folder} does not build: ${stderr.trim()}`);
  return stdout;
}

/** Read the objects of a YAML text. */
export function objectsOf(text: string): Tree[] {
  return [...parseAllDocuments(text)].map((document) => document.toJS() as Tree);
}

/** Read a file as one object, from the root. */
export function readObject(file: string): Tree {
  return parse(readFileSync(join(root, file), 'utf8')) as Tree;
}

/** A folder of the project's depth that can hold a reader's files beside a copy of `manifests`. */
export class Bench {
  readonly folder: string;
  readonly reader: string;

  constructor() {
    mkdirSync(join(root, '.cache'), { recursive: true });
    this.folder = mkdtempSync(join(root, '.cache', 'manifests-'));
    this.reader = join(this.folder, 'test', 'readers', 'bench');
    cpSync(join(root, 'manifests'), join(this.folder, 'manifests'), { recursive: true });
    process.once('exit', () => this.remove());
  }

  /** Write a file of the copy: text as it is, an object as YAML. */
  write(file: string, content: string | object): void {
    const path = join(this.folder, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, typeof content === 'string' ? content : stringify(content));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/**
 * Every value of objects by its place, such as `Deployment spec.replicas`; of several objects of one
 * kind the place begins with the name up to a dot too, `NetworkPolicy hardened-baseline-egress spec`.
 */
export function placesOf(objects: Tree[]): Map<string, string> {
  const places = new Map<string, string>();
  for (const object of objects) {
    const several = objects.filter(({ kind }) => kind === object['kind']).length > 1;
    const [name = ''] = String((object['metadata'] as Tree)['name']).split('.');
    const which = `${String(object['kind'])}${several ? ` ${name}` : ''}`;
    for (const [key, value] of Object.entries(object)) collect(value, `${which} ${key}`, places);
  }
  return places;
}

function collect(value: unknown, place: string, places: Map<string, string>): void {
  // an empty map says something too: a rule {} of a NetworkPolicy admits everything
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) {
    assert.ok(!places.has(place), `two objects have ${place}`);
    places.set(place, JSON.stringify(value));
    return;
  }
  for (const [key, inner] of Object.entries(value)) {
    const name = Array.isArray(value) ? (inner as Tree | null)?.['name'] : undefined;
    collect(inner, `${place}.${typeof name === 'string' ? name : key}`, places);
  }
}

/** The places whose value differs between two builds, or that only one has. */
export function changesBetween(before: string, after: string): string[] {
  const [a, b] = [placesOf(objectsOf(before)), placesOf(objectsOf(after))];
  return [...new Set([...a.keys(), ...b.keys()])]
    .filter((place) => a.get(place) !== b.get(place))
    .sort();
}

/** Return a copy of an object with the value at a dotted path replaced. */
export function withValue(object: Tree, path: string, value: unknown): Tree {
  const copy = structuredClone(object);
  const keys = path.split('.');
  const last = keys.pop() as string;
  const parent = keys.reduce((tree, key) => tree[key] as Tree, copy);
  assert.ok(last in parent, `no ${path}`);
  parent[last] = value;
  return copy;
}
