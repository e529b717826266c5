import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contentOf } from '../scripts/diagram-content.ts';
import { openMermaid } from '../scripts/diagram-mermaid.ts';

test('two drawings say the same when their labels and edges are the same, wherever they stand', () => {
  const svg = (x: number, label: string): string =>
    `<svg><title>T</title><text x="${x}">${label}</text><path marker-end="url(#a)"></path></svg>`;
  assert.equal(contentOf(svg(1, 'call')), contentOf(svg(2, 'call')));
  assert.notEqual(contentOf(svg(1, 'call')), contentOf(svg(1, 'answer')));
  assert.notEqual(contentOf(svg(1, 'call')), contentOf(svg(1, 'call').replace(/<path.*path>/, '')));
});

test('a drawing carries its labels, its edges and its two alternatives', async () => {
  await using mermaid = await openMermaid();
  const source =
    'flowchart LR\n  accTitle: A and B\n  accDescr: A leads to B.\n  a[First] -- "1" --> b[Second]';
  const svg = await mermaid.draw(source, 'light');
  assert.deepEqual(JSON.parse(contentOf(svg)), {
    labels: ['1', 'First', 'Second'],
    edges: 1,
    titles: ['A and B', 'A leads to B.'],
  });
  assert.match(svg, /<svg width="\d+" height="\d+"/);
});

for (const source of [
  'flowchart LR\n  a ->> b',
  'flowchart LR\n  a[open --> b',
  'sequenceDiagram\n  A->>>B: x',
]) {
  test(`mermaid refuses ${JSON.stringify(source)}`, async () => {
    await using mermaid = await openMermaid();
    await assert.rejects(mermaid.draw(source, 'light'), { message: /^mermaid: .*error/i });
  });
}
