import assert from 'node:assert/strict';
import { test } from 'node:test';
import { convertResource } from '../scripts/tools/convert.ts';
import { convertTypes } from '../scripts/tools/core-kinds.ts';

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
  assert.throws(() => convertTypes({ Map: { type: 'object', patternProperties: {} } }), {
    message: 'Map: keyword "patternProperties" is not converted: see scripts/tools/convert.ts',
  });
  const node = { type: 'object', properties: { a: { 'x-kubernetes-new-rule': true } } };
  assert.throws(() => convertResource(node, 'things.example.com v1'), {
    message:
      'things.example.com v1.a: keyword "x-kubernetes-new-rule" is not converted: see scripts/tools/convert.ts',
  });
});

const embedded = (properties: object, closed: object) => ({
  type: 'object',
  properties: {
    apiVersion: { type: 'string' },
    kind: { type: 'string' },
    ...properties,
    metadata: {
      allOf: [{ $ref: '#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta' }, {}],
    },
  },
  required: ['apiVersion', 'kind'],
  ...closed,
});

/** Each keyword of a custom resource, and what becomes of the field that has it. */
const keywords: [title: string, field: object, converted: object][] = [
  [
    'x-kubernetes-preserve-unknown-fields leaves the node open, and what it names closed',
    {
      type: 'object',
      'x-kubernetes-preserve-unknown-fields': true,
      properties: { a: { type: 'object' } },
    },
    { type: 'object', properties: { a: { type: 'object', additionalProperties: false } } },
  ],
  [
    'x-kubernetes-embedded-resource is an object with ObjectMeta',
    { type: 'object', 'x-kubernetes-embedded-resource': true },
    embedded({}, { additionalProperties: false }),
  ],
  [
    'an embedded resource of any kind is open beside its metadata',
    {
      type: 'object',
      'x-kubernetes-embedded-resource': true,
      'x-kubernetes-preserve-unknown-fields': true,
    },
    embedded({}, {}),
  ],
  [
    'x-kubernetes-int-or-string is an integer or a string',
    {
      'x-kubernetes-int-or-string': true,
      anyOf: [{ type: 'integer' }, { type: 'string' }],
      pattern: '^[0-9]+$',
    },
    {
      type: ['integer', 'string'],
      anyOf: [{ type: 'integer' }, { type: 'string' }],
      pattern: '^[0-9]+$',
    },
  ],
  [
    'nullable also admits null',
    { type: 'string', nullable: true, maxLength: 3 },
    { anyOf: [{ type: 'null' }, { type: 'string', maxLength: 3 }] },
  ],
  [
    'nullable does not admit null where an enum does not name it',
    { type: 'string', nullable: true, enum: ['a'] },
    { type: 'string', enum: ['a'] },
  ],
  [
    'a list of type set has no item twice',
    { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
    { type: 'array', items: { type: 'string' }, uniqueItems: true },
  ],
  [
    'allOf, anyOf, oneOf and not constrain without closing',
    {
      type: 'object',
      properties: { a: { type: 'string' }, b: { type: 'string' } },
      oneOf: [
        { required: ['a'] },
        { not: { required: ['a'] }, properties: { b: { enum: ['x'] } } },
      ],
    },
    {
      type: 'object',
      properties: { a: { type: 'string' }, b: { type: 'string' } },
      oneOf: [
        { required: ['a'] },
        { not: { required: ['a'] }, properties: { b: { enum: ['x'] } } },
      ],
      additionalProperties: false,
    },
  ],
  [
    'a required field with a default may be left out',
    {
      type: 'object',
      properties: { a: { type: 'string', default: '' }, b: { type: 'string' } },
      required: ['a', 'b'],
    },
    {
      type: 'object',
      properties: { a: { type: 'string' }, b: { type: 'string' } },
      required: ['b'],
      additionalProperties: false,
    },
  ],
];

for (const [title, field, converted] of keywords) {
  test(`in a custom resource, ${title}`, () => {
    const root = { type: 'object', properties: { field } };
    assert.deepEqual(
      convertResource(root, 'things.example.com v1'),
      embedded({ field: converted }, { additionalProperties: false }),
    );
  });
}
