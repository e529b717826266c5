import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { generate } from 'selfsigned';
import { startAuthorizationServer } from '../patterns/reference-server/authorization-server.ts';
import { start } from '../scripts/lib/children.ts';
import { root } from '../scripts/lib/paths.ts';
import { mcpHeaders, startRecorder, toolCall } from './lib/gate-fixture.ts';
import { readObject, type Tree } from './lib/manifests.ts';

test('the gate trusts the private authority that the example gives it, and none without it', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'ca-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const resource = 'https://mcp.example.com/mcp';
  const issuer = await startAuthorizationServer({ resources: [resource] });
  t.after(() => issuer.close());
  const altNames = [{ type: 7 as const, ip: '127.0.0.1' }];
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
    extensions: [{ name: 'subjectAltName', altNames }],
  });
  const keys = createServer({ cert, key }, (_, response) =>
    response.end(JSON.stringify(issuer.jwks())),
  );
  await new Promise<void>((resolve) => keys.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    keys.close();
    keys.closeAllConnections();
  });
  const server = await startRecorder(t);
  const tools = join(folder, 'tools');
  mkdirSync(tools);
  writeFileSync(join(tools, 'list_models'), 'models:read');
  const authority = join(folder, 'authority.pem');
  writeFileSync(authority, cert);
  const env = {
    MCP_GATE_HOST: '127.0.0.1',
    MCP_GATE_PORT: '0',
    MCP_GATE_UPSTREAM: server.url.origin,
    MCP_RESOURCE: resource,
    MCP_ISSUER: issuer.issuer,
    MCP_JWKS: `https://127.0.0.1:${(keys.address() as AddressInfo).port}/`,
    MCP_SCOPES: 'models:read',
    MCP_TOOLS_DIR: tools,
  };
  const call = async (more: Record<string, string>): Promise<number> => {
    const gate = start(process.execPath, [join(root, 'patterns/gate/main.ts')], {
      env: { ...env, ...more },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const line = await new Promise<string>((resolve) =>
      gate.stdout?.once('data', (chunk: Buffer) => resolve(String(chunk))),
    );
    const url = /^mcp-gate on (\S+)/.exec(line)?.[1] ?? '';
    const headers = mcpHeaders('list_models', await issuer.mint({ claims: { aud: resource } }));
    const body = toolCall('list_models', { tenant: 'acme' });
    const { status } = await fetch(url, { method: 'POST', headers, body });
    gate.kill('SIGKILL');
    return status;
  };
  assert.equal(await call({}), 503);
  assert.equal(await call(mountedAt(authority)), 200);
});

/** The variables that the example sets, with its mounted file at a path of this machine. */
function mountedAt(path: string): Record<string, string> {
  const patch = readObject('test/readers/private-ca/issuer-ca.yaml');
  const { template } = patch['spec'] as { template: { spec: { containers: Tree[] } } };
  const [gate] = template.spec.containers;
  const [mount] = gate?.['volumeMounts'] as { mountPath: string }[];
  const env = gate?.['env'] as { name: string; value: string }[];
  return Object.fromEntries(
    env.map(({ name, value }) => [name, value.replace(`${mount?.mountPath}/ca.crt`, path)]),
  );
}
