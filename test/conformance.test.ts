import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ConformanceFile } from '../evidence/conformance.ts';
import { root } from '../scripts/lib/paths.ts';
import { empty, exceptions } from './conformance/exceptions.ts';
import { recordConformance, runThrough, throughs } from './conformance/record.ts';
import { listScenarios } from './conformance/run-suite.ts';

let found: Promise<ConformanceFile> | undefined;
const recorded = () => (found ??= recordConformance());

test('every required scenario runs, and every exception names one with its reason', async () => {
  const { scenarios, suite } = await recorded();
  assert.equal(suite.version, '0.2.0-alpha.12');
  assert.equal(scenarios.filter(({ required }) => required).length, 37);
  assert.ok(scenarios.length >= 50);
  const names = scenarios.map(({ scenario }) => scenario);
  for (const { scenario, reason } of [...exceptions, ...empty]) {
    assert.ok(names.includes(scenario), `${scenario} is no scenario of the suite`);
    assert.ok(reason.length > 20, `${scenario} has no reason`);
  }
});

test('a scenario passes, bare and through each plane, unless it is listed', async () => {
  const { scenarios } = await recorded();
  for (const { scenario, bare, planes } of scenarios) {
    if (empty.some((each) => each.scenario === scenario)) {
      assert.equal(
        bare.passed + bare.failed.length,
        0,
        `${scenario} is checked now: list it no more`,
      );
      continue;
    }
    const listed = exceptions.find((each) => each.scenario === scenario);
    const everywhere = listed !== undefined && listed.refusedBy === undefined;
    verdict(scenario, 'bare', bare, everywhere);
    assert.deepEqual(
      Object.keys(planes),
      throughs().map(({ id }) => id),
    );
    for (const [plane, outcome] of Object.entries(planes)) {
      verdict(scenario, plane, outcome, everywhere || listed?.refusedBy?.includes(plane) === true);
    }
  }
});

test('a required scenario is an exception only where a plane has to refuse a part of it', () => {
  const { required } = listScenarios();
  const listed = exceptions.filter(({ scenario }) => required.includes(scenario));
  assert.deepEqual(
    listed.map(({ scenario, refusedBy }) => [scenario, refusedBy]),
    [['dns-rebinding-protection', ['envoy-gateway']]],
  );
});

test('a run gives the evidence that is committed', async () => {
  const text = `${JSON.stringify(await recorded(), null, 2)}\n`;
  const was = readFileSync(join(root, 'evidence', 'conformance.json'), 'utf8');
  assert.equal(text, was, 'evidence/conformance.json: npm run record');
});

for (const plane of throughs()) {
  test(`${plane.id}: without a token no scenario about a tool, a resource or a prompt passes`, async () => {
    const results = await runThrough(plane, false);
    const about = listScenarios().required.filter((name) =>
      /^(tools|resources|prompts)-/.test(name),
    );
    assert.ok(about.length >= 15);
    for (const scenario of about) {
      const failed = results.get(scenario)?.failed ?? [];
      assert.ok(failed.length > 0, `${scenario} passes without a token`);
    }
  });
}

function verdict(
  scenario: string,
  where: string,
  { passed, failed }: { passed: number; failed: string[] },
  exception: boolean,
): void {
  if (exception)
    return assert.ok(failed.length > 0, `${where}: ${scenario} passes now: list it no more`);
  assert.ok(passed > 0, `${where}: ${scenario} checked nothing`);
  assert.deepEqual(failed, [], `${where}: ${scenario}`);
}
