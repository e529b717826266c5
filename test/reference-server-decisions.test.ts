import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { z } from 'zod';
import { root } from '../scripts/lib/paths.ts';
import { startProtected } from './lib/gate-fixture.ts';

const subjects = [
  'alice',
  'bob',
  'carol',
  'dave',
  'ci-deployer',
  'drift-monitor',
  'support-agent',
  'mallory',
] as const;
const tools = [
  'list_models',
  'get_model_card',
  'read_inference_log',
  'deploy_model',
  'rollback_model',
  'delete_model',
] as const;

const table = z.array(
  z.strictObject({
    subject: z.enum(subjects),
    tool: z.enum(tools),
    arguments: z.record(z.string(), z.string()),
    claims: z.record(z.string(), z.string()).optional(),
    decision: z.enum(['allow', 'deny', 'step-up']),
    by: z.enum(['token', 'scope', 'roles', 'tenant', 'risk', 'acr', 'act']),
  }),
);

const file = join(root, 'patterns', 'reference-server', 'decisions.yaml');
const rows = table.parse(parse(readFileSync(file, 'utf8')));

test('the decision table asks about every subject and every tool, and no call twice', () => {
  assert.deepEqual(new Set(rows.map(({ subject }) => subject)), new Set(subjects));
  assert.deepEqual(new Set(rows.map(({ tool }) => tool)), new Set(tools));
  const calls = rows.map((row) =>
    JSON.stringify([row.subject, row.tool, row.arguments, row.claims]),
  );
  assert.equal(new Set(calls).size, 34);
  assert.equal(rows.length, 34);
});

test('token authentication decides every row that a token and its scope can decide', async (t) => {
  const { issuer, server, call } = await startProtected(t);
  const unseen: string[] = [];
  for (const row of rows) {
    server.journal.clear();
    const { subject, claims } = row;
    const token = subject === 'mallory' ? undefined : await issuer.mint({ subject, claims });
    const { status } = await call(row.tool, row.arguments, token);
    const [executed] = server.journal.calls;
    const expected = { token: 401, scope: row.decision === 'allow' ? 200 : 403 };
    if (row.by === 'token' || row.by === 'scope') {
      assert.equal(status, expected[row.by], JSON.stringify(row));
      assert.equal(executed?.tool, status === 200 ? row.tool : undefined);
    } else {
      unseen.push(row.by);
      assert.equal(
        executed?.tool,
        row.tool,
        `decided on more than ${row.by}: ${JSON.stringify(row)}`,
      );
    }
  }
  assert.deepEqual([...new Set(unseen)].sort(), ['acr', 'act', 'risk', 'roles', 'tenant']);
});
