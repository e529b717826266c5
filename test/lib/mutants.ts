import type { Tree } from './manifests.ts';

/** A copy of an object with one field that no schema names, in the map at `place`. */
export interface Mutant {
  place: string;
  object: Tree;
}

/** Put an unknown field into each of the maps within an object. */
export function withUnknownField(object: Tree): Mutant[] {
  return mapsOf(object, []).map((path) => {
    const copy = structuredClone(object);
    const map = path.reduce((tree, key) => tree[key] as Tree, copy);
    map['unknownField'] = {};
    return { place: [String(object['kind']), ...path].join('.'), object: copy };
  });
}

function mapsOf(value: unknown, path: string[]): string[][] {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.entries(value).flatMap(([key, next]) => mapsOf(next, [...path, key]));
  return Array.isArray(value) ? inner : [path, ...inner];
}
