import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { parse } from 'yaml';
import { writeImage } from '../scripts/image/archive.ts';
import { root } from '../scripts/lib/paths.ts';
import { startAuthorizationServer } from '../patterns/reference-server/authorization-server.ts';
import { mcpHeaders, toolCall } from './lib/gate-fixture.ts';
import { image, sha256, startInImage } from './lib/image.ts';

const folder = mkdtempSync(join(tmpdir(), 'image-test-'));
after(() => rmSync(folder, { recursive: true }));

/** All that stands at the top, and in the working directory. */
const places =
  'app/ app/LICENSE app/node_modules app/package.json app/patterns etc lib lib64 tmp usr';

const cannot =
  process.getuid?.() === 0
    ? false
    : 'a root of its own needs root, so the image is not started here';

test('the image is the same bytes whoever builds it, wherever and whenever', async () => {
  const { archive, digest } = await image();
  const before = process.umask(0o077);
  process.env['TZ'] = 'Pacific/Auckland';
  const again = join(folder, 'again.tar');
  try {
    assert.equal(await writeImage(again, 'registry.example.com/test:1'), digest);
  } finally {
    process.umask(before);
    delete process.env['TZ'];
  }
  assert.equal(sha256(readFileSync(again)), sha256(readFileSync(archive)));
});

test('the settings name the image that is built from these files', async () => {
  const text = readFileSync(join(root, 'manifests/settings/settings.yaml'), 'utf8');
  const { spec } = parse(text) as { spec: Record<'gate' | 'server', { image: string }> };
  const { digest } = await image();
  const expected = `registry.example.com/mcp-security-framework@${digest}`;
  const mend = 'npm run image -- --record';
  assert.deepEqual([spec.gate.image, spec.server.image], [expected, expected], mend);
});

test('the image holds Node.js, its libraries and the two programs, and nothing else', async () => {
  const { entries, config } = await image();
  assert.ok(entries.length > 100, `only ${entries.length} entries`);
  const fixed = /^[d-](rwxr-xr-x|rw-r--r--) 0\/0 +\d+ 1970-01-01 00:00:00 \.\//;
  const odd = entries.filter((entry) => !fixed.test(entry));
  assert.deepEqual(odd, [], 'an entry with a mode, an owner or a time of its own');
  const paths = entries.map((entry) => entry.replace(fixed, '')).filter(Boolean);
  const place = (path: string) => path.split('/', path.startsWith('app/') ? 2 : 1).join('/');
  assert.deepEqual([...new Set(paths.map(place))].sort().join(' '), places);
  assert.deepEqual(
    paths.filter((path) => path.startsWith('app/patterns/') && !/(\/|\.ts)$/.test(path)),
    [],
  );
  assert.deepEqual(
    paths.filter((path) => /\/s?bin\/./.test(path)),
    ['usr/local/bin/node'],
  );
  assert.equal(config.config['User'], '65532:65532');
});

test('the gate of the image guards the server of the image', { skip: cannot }, async (t) => {
  const unpacked = await image();
  const resource = 'https://mcp.example.com/mcp';
  const issuer = await startAuthorizationServer({ resources: [resource] });
  t.after(() => issuer.close());
  const server = await startInImage(
    unpacked,
    ['patterns/reference-server/main.ts', '--port', '0'],
    {},
  );
  const [, upstream = ''] = /on (http:\/\/127\.0\.0\.1:\d+)\/mcp/.exec(server.line) ?? [];
  assert.notEqual(upstream, '', server.line);
  const tools = join(unpacked.rootfs, 'tmp/list_models');
  writeFileSync(tools, 'models:read');
  const gate = await startInImage(unpacked, ['patterns/gate/main.ts'], {
    MCP_GATE_HOST: '127.0.0.1',
    MCP_GATE_PORT: '0',
    MCP_GATE_UPSTREAM: upstream,
    MCP_RESOURCE: resource,
    MCP_ISSUER: issuer.issuer,
    MCP_JWKS: issuer.jwksUri,
    MCP_SCOPES: 'models:read',
    MCP_TOOLS_DIR: '/tmp',
  });
  const [, url = ''] = /^mcp-gate on (\S+)/.exec(gate.line) ?? [];
  assert.notEqual(url, '', gate.line);
  const call = (token?: string) =>
    fetch(url, {
      method: 'POST',
      headers: mcpHeaders('list_models', token),
      body: toolCall('list_models', { tenant: 'acme' }),
    });
  assert.equal((await call()).status, 401);
  const passed = await call(await issuer.tokenFor('alice', { scope: 'models:read', resource }));
  assert.equal(passed.status, 200);
  assert.match(await passed.text(), /acme\//);
  assert.deepEqual([await gate.end(), await server.end()], [0, 0]);
});
