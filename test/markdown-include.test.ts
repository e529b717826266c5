import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { test } from 'node:test';
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import { VFile } from 'vfile';
import { fences } from '../site/markdown/fences.ts';
import { include, region } from '../site/markdown/include.ts';
import { block, render, root, write } from './lib/page.ts';

const fill = (body: string) => render(include({ root }), body);

write(
  'manifests/one/a.yaml',
  'kind: A\n# region spec\n  spec:\n    # region inner\n    port: 80\n    # endregion\n# endregion\n# region none\n# endregion\n',
);
write('manifests/one/refused/port-closed.yaml', '# admission: port must be open\nkind: B\n');

test('a fence that names a file holds the file, without its region markers', () => {
  const [code] = fill(block('yaml file=manifests/one/a.yaml', '# manifests/one/a.yaml')).children;
  assert.ok(code?.type === 'code');
  assert.equal(code.value, 'kind: A\n  spec:\n    port: 80');
  assert.equal(code.meta, 'title="manifests/one/a.yaml"');
});

test('a fence that names a region holds that region, moved to the left edge', () => {
  const [code] = fill(
    block('yaml file=manifests/one/a.yaml#spec', '# manifests/one/a.yaml'),
  ).children;
  assert.ok(code?.type === 'code');
  assert.equal(code.value, 'spec:\n  port: 80');
});

test('a region that never ends is none', () => {
  assert.equal(region('// #region a\nlet x;\n', 'a'), undefined);
  assert.equal(region('// #region a\nlet x;\n// #endregion\n', 'a'), 'let x;');
});

const refusals: [what: string, fence: string, says: string][] = [
  [
    'a region that is not there',
    block('yaml file=manifests/one/a.yaml#nope', '# manifests/one/a.yaml'),
    'patterns/one/index.md:3: no region "nope" in manifests/one/a.yaml',
  ],
  [
    'an empty region',
    block('yaml file=manifests/one/a.yaml#none', '# manifests/one/a.yaml'),
    'patterns/one/index.md:3: region "none" in manifests/one/a.yaml is empty',
  ],
  [
    'a file that is not there',
    block('yaml file=manifests/one/b.yaml', '# manifests/one/b.yaml'),
    'patterns/one/index.md:3: no file manifests/one/b.yaml',
  ],
  [
    'a path out of the repository',
    block('yaml file=../secret.yaml', '# ../secret.yaml'),
    'patterns/one/index.md:3: ../secret.yaml leaves the repository: name a path from its root',
  ],
  [
    'a copy of the file in place of its name',
    block('yaml file=manifests/one/a.yaml', 'kind: A'),
    'patterns/one/index.md:3: the block must hold one comment line that names manifests/one/a.yaml',
  ],
  [
    'a command that does not name what it runs',
    block('sh run=manifests/one', 'kubectl apply -k elsewhere'),
    'patterns/one/index.md:3: the command does not name manifests/one',
  ],
];

for (const [what, body, says] of refusals) {
  test(`${what} is refused with its file and line`, () => {
    assert.throws(() => fill(`Words.\n\n${body}`), { message: says });
  });
}

test('a page whose front matter was taken off is told by the lines of its file', () => {
  const body = `Words.\n\n${block('ts', 'let x;')}`;
  const path = write('patterns/one/index.md', `---\ntitle: One\n---\n\n${body}`);
  const tree = unified().use(remarkParse).parse(body);
  assert.throws(() => include({ root })(tree, new VFile({ path, value: body })), {
    message: /^patterns\/one\/index\.md:7: the ts block is not wired/,
  });
});

test('a refused variant is shown with the reason from its first line', () => {
  const path = 'manifests/one/refused/port-closed.yaml';
  const [code, foot] = fill(block(`yaml file=${path}`, `# ${path}`)).children;
  assert.ok(code?.type === 'code' && foot?.type === 'html');
  assert.equal(code.meta, 'title="refused/port-closed.yaml"');
  assert.equal(code.value, 'kind: B');
  assert.match(foot.value, /refused<\/span> by admission: <code>port must be open<\/code>/);
});

test('a variant that a real API server refused is shown with what it said', () => {
  const file = 'manifests/one/refused/port-closed.yaml';
  const message = 'pods "one" is forbidden: port must be open';
  const record = { kubernetes: 'v1.0.0', refused: [{ file, by: 'admission', message }] };
  const evidence = write('evidence/refused.json', JSON.stringify(record));
  const [, foot] = fill(block(`yaml file=${file}`, `# ${file}`)).children;
  rmSync(evidence);
  assert.ok(foot?.type === 'html');
  assert.match(
    foot.value,
    /refused<\/span> by admission: <code>pods "one" is forbidden: port must/,
  );
});

test('whatever is not wired in full is unwired, however it is written', () => {
  const page = [
    block('ts file=a.ts', '// a.ts'),
    block('ts sorce=a.ts', '// a.ts'),
    block("ts file='a.ts'", '// a.ts'),
    block('sh', 'npm install wrong-package'),
    block('', 'no language'),
    block('sh run=a.ts extra', 'node a.ts'),
    '    indented code\n',
    `- in a list\n\n  ${block('yaml', 'kind: A').replaceAll('\n', '\n  ')}`,
    block('sh illustrative="a shell of yours"', 'ls'),
    block('mermaid', 'flowchart LR'),
    block('text output=a.out', '# a.out'),
    block('sh run=a.ts', 'node a.ts'),
  ].join('\n');
  const found = fences(write('page.md', `---\ntitle: T\n---\n\n${page}`));
  assert.deepEqual(
    found.map(({ kind }) => kind),
    [
      'wired',
      'unwired',
      'unwired',
      'unwired',
      'unwired',
      'unwired',
      'unwired',
      'unwired',
      'illustrative',
      'diagram',
      'output',
      'run',
    ],
  );
  assert.deepEqual([found[0]?.line, found[0]?.path], [5, 'a.ts']);
  assert.ok(found.filter(({ kind }) => kind === 'unwired').every(({ problem }) => problem));
});
