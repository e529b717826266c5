import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { stringify } from 'yaml';
import { root } from '../scripts/lib/paths.ts';
import { convertTypes } from '../scripts/tools/convert.ts';
import { validate } from '../scripts/tools/kubeconform.ts';
import { Bench, buildYaml, newest, objectsOf, oldest, type Tree } from './lib/manifests.ts';

const bench = new Bench();
after(() => bench.remove());

/** Copies of an object, each with one unknown field in one of the maps within it. */
function withUnknownField(object: Tree): Tree[] {
  const paths = mapsOf(object, []);
  return paths.map((path) => {
    const copy = structuredClone(object);
    const map = path.reduce((tree, key) => tree[key] as Tree, copy);
    map['unknownField'] = {};
    return copy;
  });
}

function mapsOf(value: unknown, path: string[]): string[][] {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.entries(value).flatMap(([key, next]) => mapsOf(next, [...path, key]));
  return Array.isArray(value) ? inner : [path, ...inner];
}

for (const minor of [oldest, newest]) {
  test(`an unknown field in any map of any object is refused for Kubernetes ${minor}`, async () => {
    const objects = objectsOf(await buildYaml(join(root, 'manifests/token-authentication')));
    const mutants = objects.flatMap(withUnknownField);
    assert.ok(mutants.length > 60, `${mutants.length} maps`);
    bench.write('mutants.yaml', mutants.map((mutant) => stringify(mutant)).join('---\n'));
    const { valid, skipped, problems } = await validate(
      [join(bench.folder, 'mutants.yaml')],
      minor,
    );
    assert.deepEqual([valid, skipped, problems.length], [0, 0, mutants.length]);
    for (const problem of problems) assert.match(problem, /unknownField/);
  });
}

test('an object admits the properties that it names and no other', () => {
  const types = {
    Named: { type: 'object', properties: { a: { type: 'string', description: 'text' } } },
    Empty: { type: 'object' },
    Map: { type: 'object', additionalProperties: { type: 'string', default: '' } },
    Set: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
    Link: { allOf: [{ $ref: '#/components/schemas/Named' }], default: {} },
  };
  assert.deepEqual(convertTypes(types), {
    Named: {
      type: 'object',
      properties: { a: { type: 'string' } },
      additionalProperties: false,
    },
    Empty: { type: 'object', additionalProperties: false },
    Map: { type: 'object', additionalProperties: { type: 'string' } },
    Set: { type: 'array', items: { type: 'string' }, uniqueItems: true },
    Link: { allOf: [{ $ref: '#/definitions/Named' }] },
  });
});

test('a keyword that the converter does not know is an error, never dropped', () => {
  assert.throws(() => convertTypes({ Pattern: { type: 'string', pattern: '^a$' } }), {
    message: 'Pattern: keyword "pattern" is not converted: see scripts/tools/convert.ts',
  });
});
