import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { serverFile, type ServerFile } from '../evidence/servers.ts';
import { root } from '../scripts/lib/paths.ts';
import { servers } from './servers/index.ts';
import { fronts, recordServers } from './servers/try-server.ts';

/** Attacks that have no effect on a server even with nothing before it. */
const expectedWithout: Record<string, { attack: string; why: string }[]> = {
  // they look for the session before anything else, and there is none of that name
  'fastmcp 2025-11-25': [{ attack: 'session-as-authentication', why: '404 Not Found' }],
  'everything 2025-11-25': [{ attack: 'session-as-authentication', why: '400 Bad Request' }],
};

/** Attacks that work through a plane, which does not claim to refuse them. */
const expectedThrough: Record<string, string[]> = {
  'typescript-gate': [],
  // it has no list of algorithms, and sees no scope per tool
  'envoy-gateway': [
    'algorithm-not-listed',
    'read-to-deploy',
    'read-to-delete',
    'deploy-to-delete',
    'scope-as-list',
    'unlisted-tool',
  ],
};

/** Calls of a client that a plane does not let through, and how it answers. */
const expectedRefused: Record<string, Record<string, string>> = {
  'envoy-gateway': {},
  'typescript-gate': {
    'an answer to the server’s question': '400 not one JSON-RPC 2.0 request',
    'GET: a stream for notifications': '405 Method Not Allowed',
    'DELETE: the end of the session': '405 use POST',
  },
};

/** The fields that a policy may decide by, in each revision. */
const expectedFields: Record<string, string[]> = {
  '2026-07-28': ['mcp-method', 'mcp-name', 'mcp-protocol-version'],
  '2025-11-25': ['mcp-protocol-version'],
  '2025-11-25 with a session': ['mcp-protocol-version', 'mcp-session-id'],
};

test('three servers are tried, and the evidence holds each of them', () => {
  assert.equal(servers.length, 3);
  assert.deepEqual(
    readdirSync(join(root, 'evidence', 'servers')).sort(),
    servers.map(({ id }) => `${id}.json`).sort(),
  );
  assert.deepEqual(
    fronts.map(({ id }) => id),
    Object.keys(expectedThrough),
  );
});

suite('a server is tried alone and behind each plane', { concurrency: true }, () => {
  for (const server of servers) {
    let found: Promise<Map<string, string>> | undefined;
    const recorded = () => (found ??= recordServers([server]));

    test(`${server.id}: a run gives the evidence that is committed`, async () => {
      for (const [file, text] of await recorded()) {
        const path = join(root, file);
        const was = existsSync(path) ? readFileSync(path, 'utf8') : '';
        assert.deepEqual(withoutInputs(text), withoutInputs(was), `${file}: npm run record`);
        assert.equal(text, was, `${file}: its inputs changed: npm run record`);
      }
    });

    test(`${server.id}: every attack works without a control and is refused with one`, async () => {
      for (const { version, sent, works, without, planes } of conversations(await recorded())) {
        const expected = expectedWithout[`${server.id} ${version}`] ?? [];
        assert.ok(sent >= 64, `only ${sent} attacks`);
        assert.deepEqual(without, expected, version);
        assert.equal(works, sent - expected.length);
        assert.ok(planes.length > 0);
        for (const { plane, refused, through } of planes) {
          const expected = expectedThrough[plane] ?? [];
          const names = through.map(({ attack }) => attack);
          assert.deepEqual(names.sort(), [...expected].sort(), `${plane}, ${version}`);
          assert.equal(refused, sent - expected.length, `${plane}, ${version}`);
        }
      }
    });

    test(`${server.id}: every legitimate call works, through a plane all but those named`, async () => {
      for (const { version, session, calls, fields } of conversations(await recorded())) {
        assert.ok(calls.length >= 6, `${version}: only ${calls.length} calls`);
        assert.deepEqual(fields, expectedFields[session ? `${version} with a session` : version]);
        for (const { call, bare, planes } of calls) {
          assert.equal(bare, 'works', `${version}: ${call}`);
          for (const [plane, answer] of Object.entries(planes)) {
            const expected = expectedRefused[plane]?.[call] ?? 'works';
            assert.equal(answer, expected, `${plane}, ${version}: ${call}`);
          }
        }
      }
    });
  }
});

function conversations(recorded: Map<string, string>): ServerFile['conversations'] {
  const [text = ''] = recorded.values();
  const { conversations } = serverFile.parse(JSON.parse(text));
  assert.ok(conversations.length > 0);
  return conversations;
}

function withoutInputs(text: string): object {
  const { inputs, ...rest } = serverFile.parse(JSON.parse(text));
  assert.ok(inputs.files.length > 0);
  return rest;
}
