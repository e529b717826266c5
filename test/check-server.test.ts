import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startGate } from '../patterns/gate/start-gate.ts';
import type { Report } from './check/report.ts';
import { check as checkWith, tokenCommand } from './lib/attack-command.ts';
import { stagesFor, startSurroundings } from './planes/protected-server.ts';
import { servers } from './servers/index.ts';
import { resource } from './surfaces/server.ts';

const around = await startSurroundings();
after(() => around.close());
const token = await around.authorizationServer.tokenFor('alice', {
  scope: 'models:read',
  resource,
});
const command = tokenCommand(token);

/** What each server speaks, how many attacks can be sent to it, and which is unclear without a gate. */
const expected: Record<string, { protocol: string; sent: number; unclear: string[] }> = {
  'reference-legacy': { protocol: '2026-07-28', sent: 23, unclear: [] },
  fastmcp: { protocol: '2026-07-28', sent: 24, unclear: [] },
  // it knows no such session, whoever asks
  everything: { protocol: '2025-11-25', sent: 24, unclear: ['session-as-authentication'] },
};

test('the check is tried on three servers', () => {
  assert.deepEqual(
    servers.map(({ id }) => id),
    Object.keys(expected),
  );
});

for (const { id, operations, tools, start } of servers) {
  const { protocol = '', sent = 0, unclear = [] } = expected[id] ?? {};
  const { name, arguments: values } = operations.read.params;
  const named = ['--tool', String(name), '--arguments', JSON.stringify(values)];

  test(`${id}: what passes bare is refused behind the gate`, async () => {
    const server = await start();
    const stages = stagesFor(around.authorizationServer, tools);
    const gate = await startGate({ stages, upstream: server.url });
    try {
      const bare = await check(server.url, named);
      assert.equal(bare.code, 2);
      const { passed, refused, ...rest } = bare.report.counts;
      assert.deepEqual([passed, refused], [sent - unclear.length, 0]);
      assert.deepEqual(idsOf(bare.report, 'unclear'), unclear);
      assert.equal(rest['not-sent'], bare.report.findings.length - sent);

      const guarded = await check(gate.url, named);
      assert.equal(guarded.code, 0);
      assert.deepEqual(guarded.report.counts, {
        passed: 0,
        unclear: 0,
        refused: sent,
        'not-sent': rest['not-sent'],
      });
      for (const { report } of [bare, guarded]) {
        assert.equal(report.protocol, protocol);
        assert.equal(report.tool, name);
        assert.ok(report.requests >= 2 * sent && report.requests <= 2 * sent + 8);
      }
      assert.deepEqual(
        guarded.report.findings.filter(({ remark }) => remark !== undefined),
        [],
        'the gate refuses as clients need it',
      );
    } finally {
      await gate.close();
      await server.close();
    }
  });
}

async function check(url: URL, named: string[]): Promise<{ code: number; report: Report }> {
  const args = ['--url', url.href, '--token-command', command, '--rate', '50', '--json', ...named];
  const { code, stdout, stderr } = await checkWith(...args);
  assert.equal(stderr, '');
  assert.ok(!stdout.includes('eyJ'), 'a token is shown');
  return { code, report: JSON.parse(stdout) as Report };
}

function idsOf({ findings }: Report, verdict: string): string[] {
  return findings.filter((row) => row.verdict === verdict).map((row) => row.attack);
}
