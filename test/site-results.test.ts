import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { select, selectAll } from 'hast-util-select';
import { toString } from 'hast-util-to-string';
import type { AttacksFile, PlaneFile } from '../evidence/evidence.ts';
import { dashes } from '../evidence/sections.ts';
import { root } from '../scripts/lib/paths.ts';
import { kinds, readPage } from './lib/site-pages.ts';
import { site } from './lib/site.ts';

const evidence = <T>(path: string) =>
  JSON.parse(readFileSync(join(root, 'evidence', path), 'utf8')) as T;
const { attacks } = evidence<AttacksFile>('attacks.json');
const planes = globSync('*.json', { cwd: join(root, 'evidence', 'planes') })
  .map((name) => evidence<PlaneFile>(`planes/${basename(name)}`))
  .sort((a, b) => Number(b.baseline) - Number(a.baseline) || (a.plane < b.plane ? -1 : 1));

for (const kind of ['home', 'paper'] as const) {
  test(`the matrix of the ${kind} page shows of each attack what the evidence records`, async () => {
    const { folder } = await site('/');
    const matrix = select('.matrix table', readPage(folder, kinds[kind]));
    assert.ok(matrix, 'no matrix');
    const figure = select('.matrix', readPage(folder, kinds[kind]));
    const why = dashes({ attacks, planes });
    assert.ok(why.length > 0 && toString(figure ?? matrix).includes(why), 'no word on the dashes');
    const said = selectAll('tbody tr', matrix).map((row) => toString(row).trim());
    for (const surface of new Set(attacks.map((attack) => attack.surface))) {
      const { length } = attacks.filter((attack) => attack.surface === surface);
      const row = new RegExp(` on a ${surface}[^]*of ${length} `);
      assert.equal(said.filter((text) => row.test(text)).length, 1, `no sum of ${surface}`);
    }
    const heads = selectAll('thead th.plane code', matrix).map((head) => toString(head));
    assert.deepEqual(
      heads,
      planes.map(({ plane }) => plane),
    );
    const rows = selectAll('tbody tr', matrix).filter((row) => select('a', row));
    const groups = [...new Set(attacks.map(({ group }) => group))];
    assert.ok(groups.length >= 6);
    for (const group of groups) {
      const row = rows.find((one) => select(`a[href="/attacks/${group}/"]`, one));
      assert.ok(row, `no row of ${group}`);
      const cells = selectAll('td', row);
      for (const [index, { plane, baseline, results }] of planes.entries()) {
        const verdicts = attacks
          .filter((attack) => attack.group === group)
          .map(({ id }) => results.find(({ attack }) => attack === id)?.verdict);
        const cell = cells[index];
        assert.ok(cell, `${group}: no cell of ${plane}`);
        const where = `${group} on ${plane}`;
        for (const verdict of ['works', 'refused'] as const) {
          const recorded = verdicts.filter((one) => one === verdict).length;
          assert.equal(
            selectAll(`.mark.${verdict}`, cell).length,
            recorded,
            `${where}: ${verdict}`,
          );
        }
        const asked = verdicts.filter((one) => one !== 'not-applicable').length;
        const works = verdicts.filter((one) => one === 'works').length;
        const count = baseline ? works : asked - works;
        const said = asked === 0 ? /not applicable/ : new RegExp(`^\\s*${count}\\s+of ${asked} `);
        assert.match(toString(cell), said, where);
      }
    }
  });
}

test('every attack is on the page of its group and can be downloaded with what each plane answered', async () => {
  const { folder, url } = await site('/');
  assert.ok(attacks.length > 50);
  const groups = [...new Set(attacks.map(({ group }) => group))];
  const pages = new Map(groups.map((group) => [group, readPage(folder, `attacks/${group}/`)]));
  for (const { id, group, title } of attacks) {
    const heading = select(`h2#${id}`, pages.get(group) ?? { type: 'root', children: [] });
    assert.ok(heading, `/attacks/${group}/ has no ${id}`);
    assert.ok(
      toString(heading).includes(title),
      `/attacks/${group}/#${id} is not called "${title}"`,
    );
    const answer = await fetch(`${url}attacks/${group}/${id}.json`);
    assert.equal(answer.status, 200, id);
    const record = (await answer.json()) as { results: { plane: string; verdict: string }[] };
    assert.deepEqual(
      record.results.map(({ plane, verdict }) => `${plane}: ${verdict}`),
      planes.map(({ plane, results }) => {
        const result = results.find(({ attack }) => attack === id);
        return `${plane}: ${result?.verdict}`;
      }),
      id,
    );
  }
});
