import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { readConfiguration } from '../patterns/gate/configuration.ts';
import { run, start } from '../scripts/lib/children.ts';
import { root } from '../scripts/lib/paths.ts';
import { startRecorder } from './lib/gate-fixture.ts';

/** A folder as Kubernetes mounts a ConfigMap: the keys are links through `..data`. */
function mountTools(t: TestContext, tools: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'tools-'));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, '..2026_07_28'));
  symlinkSync('..2026_07_28', join(folder, '..data'));
  for (const [tool, scope] of Object.entries(tools)) {
    writeFileSync(join(folder, '..2026_07_28', tool), `${scope}\n`);
    symlinkSync(join('..data', tool), join(folder, tool));
  }
  return folder;
}

const right = (tools: string) => ({
  MCP_GATE_PORT: '8081',
  MCP_GATE_UPSTREAM: 'http://127.0.0.1:8080',
  MCP_RESOURCE: 'https://mcp.example.com/mcp',
  MCP_ISSUER: 'https://idp.example.com/realms/mcp',
  MCP_JWKS: 'https://idp.example.com/realms/mcp/keys',
  MCP_SCOPES: 'models:read models:deploy',
  MCP_TOOLS_DIR: tools,
});

test('the environment gives every option', (t) => {
  const tools = mountTools(t, { list_models: 'models:read', deploy_model: 'models:deploy' });
  assert.deepEqual(readConfiguration(right(tools)), {
    host: '::',
    port: 8081,
    path: '/mcp',
    upstream: new URL('http://127.0.0.1:8080'),
    options: {
      resource: 'https://mcp.example.com/mcp',
      issuer: 'https://idp.example.com/realms/mcp',
      jwksUri: 'https://idp.example.com/realms/mcp/keys',
      algorithms: ['ES256', 'RS256'],
      scopes: ['models:read', 'models:deploy'],
      tools: { list_models: 'models:read', deploy_model: 'models:deploy' },
    },
  });
});

test('each wrong variable is one line with its name, its value and what is wrong', (t) => {
  const tools = mountTools(t, { list_models: 'models:read' });
  const empty = mountTools(t, {});
  const unknownScope = mountTools(t, { list_models: 'models:write' });
  const url = 'is not an https URL';
  const resource = `${url} with one path segment and no port`;
  const faults: [variable: string, value: string, line: string][] = [
    ['MCP_GATE_PORT', 'http', '"http" is not a port'],
    ['MCP_GATE_PORT', '70000', '"70000" is not a port'],
    [
      'MCP_GATE_PORT',
      '8080',
      'is the port of MCP_GATE_UPSTREAM: choose one that is free in the pod',
    ],
    [
      'MCP_GATE_UPSTREAM',
      'http://10.0.0.1:1',
      '"http://10.0.0.1:1" is not an http URL on this machine',
    ],
    ['MCP_GATE_UPSTREAM', 'nowhere', '"nowhere" is not an http URL on this machine'],
    ['MCP_RESOURCE', 'http://mcp.example.com/mcp', `"http://mcp.example.com/mcp" ${resource}`],
    [
      'MCP_RESOURCE',
      'https://mcp.example.com:8443/mcp',
      `"https://mcp.example.com:8443/mcp" ${resource}`,
    ],
    ['MCP_RESOURCE', 'https://mcp.example.com/a/b', `"https://mcp.example.com/a/b" ${resource}`],
    ['MCP_RESOURCE', 'https://mcp.example.com/', `"https://mcp.example.com/" ${resource}`],
    [
      'MCP_RESOURCE',
      'https://MCP.example.com/mcp',
      `"https://MCP.example.com/mcp" is not a canonical https URL without query`,
    ],
    [
      'MCP_RESOURCE',
      'https://mcp.example.com/mcp?a',
      `"https://mcp.example.com/mcp?a" is not a canonical https URL without query`,
    ],
    [
      'MCP_ISSUER',
      'http://idp.example.com',
      `"http://idp.example.com" ${url} without query (RFC 8414 §2)`,
    ],
    [
      'MCP_ISSUER',
      'https://idp.example.com?a',
      `"https://idp.example.com?a" ${url} without query (RFC 8414 §2)`,
    ],
    ['MCP_JWKS', 'http://idp.example.com/keys', `"http://idp.example.com/keys" ${url}`],
    ['MCP_JWKS', 'https://a:b@idp.example.com/', `"https://a:b@idp.example.com/" ${url}`],
    ['MCP_ALGORITHMS', 'ES256 HS256', 'HS256: name asymmetric signature algorithms, as ES256'],
    ['MCP_ALGORITHMS', 'none', 'none: name asymmetric signature algorithms, as ES256'],
    ['MCP_ALGORITHMS', '', 'none given: name asymmetric signature algorithms, as ES256'],
    ['MCP_SCOPES', '', '"" is not one or more different scope tokens'],
    [
      'MCP_SCOPES',
      'models:read models:read',
      '"models:read models:read" is not one or more different scope tokens',
    ],
    ['MCP_SCOPES', 'models:"read"', '"models:"read"" is not one or more different scope tokens'],
    ['MCP_TOOLS_DIR', '/nowhere', '"/nowhere" is not a folder'],
    ['MCP_TOOLS_DIR', empty, `"${empty}" holds no file: every tool would be refused`],
    [
      'MCP_TOOLS_DIR',
      unknownScope,
      'list_models needs "models:write", which is not among the scopes',
    ],
  ];
  for (const [variable, value, line] of faults) {
    const environment = { ...right(tools), [variable]: value };
    const scopes = variable === 'MCP_SCOPES' ? { MCP_TOOLS_DIR: tools } : {};
    const read = readConfiguration({ ...environment, ...scopes });
    assert.ok('mistakes' in read, `${variable}="${value}" is accepted`);
    assert.equal(read.mistakes[0], `${variable} ${line}`);
  }
  assert.equal(faults.length, 24);
});

test('every variable that is not set is named at once', () => {
  const read = readConfiguration({});
  assert.ok('mistakes' in read);
  assert.deepEqual(
    read.mistakes.map((line) => line.split(' is not set: ')[0]),
    [
      'MCP_GATE_PORT',
      'MCP_GATE_UPSTREAM',
      'MCP_RESOURCE',
      'MCP_ISSUER',
      'MCP_JWKS',
      'MCP_SCOPES',
      'MCP_TOOLS_DIR',
    ],
  );
});

const gateMain = join(root, 'patterns', 'gate', 'main.ts');

test('the container does not start with an issuer over http', async (t) => {
  const tools = mountTools(t, { list_models: 'models:read' });
  const env = {
    ...right(tools),
    MCP_GATE_HOST: '127.0.0.1',
    MCP_GATE_PORT: '0',
    MCP_ISSUER: 'http://idp.example.com',
  };
  const { code, stdout, stderr } = await run(process.execPath, [gateMain], {
    env,
    timeoutMs: 10_000,
  });
  assert.equal(code, 1);
  assert.equal(stdout, '');
  assert.equal(
    stderr,
    'MCP_ISSUER "http://idp.example.com" is not an https URL without query (RFC 8414 §2)\n',
  );
});

test('the container guards the server of its pod and ends on SIGTERM', async (t) => {
  const server = await startRecorder(t);
  const tools = mountTools(t, { list_models: 'models:read' });
  const env = {
    ...right(tools),
    MCP_GATE_HOST: '127.0.0.1',
    MCP_GATE_PORT: '0',
    MCP_GATE_UPSTREAM: server.url.origin,
  };
  const child = start(process.execPath, [gateMain], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise((resolve) => child.once('exit', (code) => resolve(code)));
  const line = await new Promise<string>((resolve) =>
    child.stdout?.once('data', (chunk: Buffer) => resolve(String(chunk))),
  );
  const [, url = ''] =
    /^mcp-gate on (\S+) for https:\/\/mcp\.example\.com\/mcp before/.exec(line) ?? [];
  const refused = await fetch(url, { method: 'POST', body: '{}' });
  assert.equal(refused.status, 401);
  assert.equal(
    refused.headers.get('www-authenticate'),
    'Bearer resource_metadata="https://mcp.example.com/.well-known/oauth-protected-resource/mcp", scope="models:read"',
  );
  assert.equal((await fetch(new URL('/healthz', url))).status, 200);
  assert.deepEqual(server.received, []);
  child.kill('SIGTERM');
  assert.equal(await ended, 0);
});

test('the container is reached over IPv4 and IPv6', async (t) => {
  const inNamespace = ['-rn', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh'];
  const tried = await run('unshare', [...inNamespace, 'true']).catch(() => ({ code: 1 }));
  if (tried.code !== 0) return t.skip('no network namespace can be made');
  const env = { ...process.env, ...right(mountTools(t, { list_models: 'models:read' })) };
  const program = `
    await import(${JSON.stringify(gateMain)});
    for (const host of ['127.0.0.1', '[::1]']) {
      const { status } = await fetch('http://' + host + ':8081/healthz');
      console.log(host, status);
    }
    process.exit();`;
  const args = [...inNamespace, process.execPath, '--input-type=module', '-e', program];
  const { stdout, stderr } = await run('unshare', args, { env });
  assert.match(stdout, /^mcp-gate on \S+ for .+\n127\.0\.0\.1 200\n\[::1\] 200\n$/, stderr);
});
