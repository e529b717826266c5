import assert from 'node:assert/strict';
import { test } from 'node:test';
import { frontMatterFaults, pattern } from '../site/data/pattern.ts';
import { diagramHash, diagrams } from '../site/markdown/diagrams.ts';
import { links } from '../site/markdown/links.ts';
import { markers } from '../site/markdown/markers.ts';
import { pieces } from '../site/markdown/pieces.ts';
import { sideNotes } from '../site/markdown/side-notes.ts';
import { tables } from '../site/markdown/tables.ts';
import { block, render, root, write } from './lib/page.ts';

const source = 'flowchart LR\n  accTitle: A and B\n  accDescr: A leads to B.\n  a --> b';

test('a diagram becomes its two drawings, its caption and its text alternative', () => {
  for (const theme of ['light', 'dark']) {
    write(
      `site/public/diagrams/${diagramHash(source)}.${theme}.svg`,
      '<svg xmlns="x" width="300" height="40">',
    );
  }
  const body = `<!-- matrix -->\n\n${block('mermaid', source)}`;
  const [matrix, figure] = render(diagrams({ root, base: '/repo/' }), body).children;
  assert.ok(matrix?.type === 'html' && figure?.type === 'html');
  assert.equal(matrix.value, '<!-- matrix 1 -->');
  const name = diagramHash(source);
  for (const part of [
    `src="/repo/diagrams/${name}.light.svg" alt="A leads to B." width="300" height="40"`,
    `src="/repo/diagrams/${name}.dark.svg"`,
    '<strong>Figure 2.</strong> A and B</figcaption>',
  ]) {
    assert.ok(figure.value.includes(part), part);
  }
});

for (const [what, text, says] of [
  ['that is not drawn', `${source} --> c`, /index\.md:1: the diagram is not drawn \(\w{10}\)/],
  ['without a caption', 'flowchart LR\n  a --> b', /index\.md:1: the diagram has no accTitle/],
  ['without a text alternative', 'flowchart LR\n  accTitle: A', /:1: the diagram has no accDescr/],
] as const) {
  test(`a diagram ${what} is refused with its file and line`, () => {
    assert.throws(() => render(diagrams({ root, base: '/' }), block('mermaid', text)), {
      message: says,
    });
  });
}

test('a footnote stands after the sentence that refers to it, and only once', () => {
  const tree = render(
    sideNotes({ root }),
    'One[^a] more. Two. Three.[^a]\n\n[^a]: The *source*.\n',
  );
  const [paragraph, ...rest] = tree.children;
  assert.ok(paragraph?.type === 'paragraph');
  assert.deepEqual(rest, []);
  assert.deepEqual(
    paragraph.children.map((node) => node.data?.hName ?? ('value' in node ? node.value : '')),
    ['One', 'sup', ' more.', 'span', ' Two. Three.', 'sup'],
  );
});

test('two notes of one sentence stand after both references, in order', () => {
  const body = 'One[^a] and two.[^b] Three.\n\n[^a]: A.\n\n[^b]: B.\n';
  const [paragraph] = render(sideNotes({ root }), body).children;
  assert.ok(paragraph?.type === 'paragraph');
  assert.deepEqual(
    paragraph.children.map((node) => node.data?.hProperties?.['id'] ?? node.data?.hName ?? ''),
    ['', 'sup', '', 'sup', 'note-1', 'note-2', ''],
  );
});

test('a wide table scrolls by itself, also by keyboard', () => {
  const [frame] = render(tables(), '| a |\n| - |\n| b |\n').children;
  assert.deepEqual(frame?.data?.hProperties, { className: ['scroll'], tabIndex: 0 });
  assert.ok(frame?.type === 'blockquote' && frame.children[0]?.type === 'table');
});

test('a link between files becomes an address of the site', () => {
  write('whitepaper/paper.md', '# Paper');
  write('manifests/one/a.yaml', 'kind: A');
  const body = [
    '[p](../../whitepaper/paper.md#scope)',
    '[m](../../manifests/one/a.yaml)',
    '[r](/reference/#c2)',
    '[x](https://example.com/)',
    '[s](#here)',
  ].join('\n');
  const [paragraph] = render(links({ root, base: '/repo/' }), body).children;
  assert.ok(paragraph?.type === 'paragraph');
  assert.deepEqual(
    paragraph.children.flatMap((node) => (node.type === 'link' ? [node.url] : [])),
    [
      '/repo/paper/#scope',
      '/repo/manifests/one/a.yaml',
      '/repo/reference/#c2',
      'https://example.com/',
      '#here',
    ],
  );
});

test('a link to a file that is not there is refused with its file and line', () => {
  assert.throws(() => render(links({ root, base: '/' }), 'A\n[b](../gone.md)'), {
    message: 'patterns/one/index.md:2: no file patterns/gone.md to link to',
  });
});

test('the text of a link to a file that is nowhere on the web stands without the link', () => {
  write('patterns/one/verify.ts', '');
  const [paragraph] = render(links({ root, base: '/' }), 'See [the code](verify.ts).').children;
  assert.ok(paragraph?.type === 'paragraph');
  assert.deepEqual(
    paragraph.children.map((node) => node.type),
    ['text', 'text', 'text'],
  );
});

const mark = markers({ root, attacks: new Set(['wrong-audience']) });

test('known markers stay, and the first paragraph is the lead', () => {
  const tree = render(mark, 'Lead.\n\n<!-- strip -->\n\n<!-- exchange wrong-audience -->\n');
  assert.deepEqual(tree.children[0]?.data?.hProperties, { className: ['lead'] });
});

for (const [text, says] of [
  ['<!-- atacks -->', 'patterns/one/index.md:3: unknown marker or HTML: <!-- atacks -->'],
  ['<b>bold</b>', 'patterns/one/index.md:3: unknown marker or HTML: <b>'],
  ['<!-- exchange -->', 'patterns/one/index.md:3: unknown marker or HTML: <!-- exchange -->'],
  ['<!-- exchange gone -->', 'patterns/one/index.md:3: no attack "gone" in evidence/attacks.json'],
] as const) {
  test(`${text} is refused with its file and line`, () => {
    assert.throws(() => render(mark, `Lead.\n\n${text}\n`), { message: says });
  });
}

test('a rendered page is cut at its markers, and its manifests can be downloaded', () => {
  const html = '<p>a</p><!-- exchange x-y --><span class="title">manifests/a.yaml</span>';
  assert.deepEqual(pieces(html), [
    { text: '<p>a</p>', name: 'exchange', argument: 'x-y' },
    {
      text: '<span class="title"><a href="/manifests/a.yaml" download>manifests/a.yaml</a></span>',
    },
  ]);
});

test('front matter that is wrong is one line with file, line and field', () => {
  const page = `---
title: One
description: D
summary: S
level: easy
area: A
criteria: [C2]
components:
  - { project: P, maturity: M, version: '1', install: i, chek: c }
kubernetes: 1.32
---
`;
  const faults = frontMatterFaults('patterns/one/index.md', page, pattern);
  assert.deepEqual(
    faults.sort(),
    [
      'patterns/one/index.md:1: kubectl: is missing',
      'patterns/one/index.md:10: kubernetes: Invalid input: expected string, received number',
      'patterns/one/index.md:5: level: Invalid option: expected one of "basic"|"advanced"',
      'patterns/one/index.md:9: components.0.check: is missing',
      'patterns/one/index.md:9: components.0: Unrecognized key: "chek"',
    ].sort(),
  );
  assert.deepEqual(frontMatterFaults('a.md', '---\na: [\n---\n', pattern).length, 1);
});
