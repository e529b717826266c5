import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startProtected, toolCall } from './lib/gate-fixture.ts';

const read = { tenant: 'acme' };

test('a scope opens its tools and those of narrower scopes, and nothing else does', async (t) => {
  const { issuer, server, call } = await startProtected(t);
  const model = 'acme/churn';
  const deploy = { model, version: '1.0.0', environment: 'staging' };
  const tools: [tool: string, values: Record<string, string>, needs: string][] = [
    ['list_models', read, 'models:read'],
    ['get_model_card', { model }, 'models:read'],
    ['read_inference_log', { model, since: '2026-07-28T00:00:00Z' }, 'models:read'],
    ['deploy_model', deploy, 'models:deploy'],
    ['rollback_model', { model, environment: 'staging' }, 'models:deploy'],
    ['delete_model', { model }, 'models:delete'],
  ];
  const opened: [scope: unknown, count: number][] = [
    ['models:read', 3],
    ['models:deploy', 5],
    ['models:delete', 6],
    ['openid models:deploy profile', 5],
    ['models:read models:delete', 6],
    ['', 0],
    [undefined, 0],
    [['models:delete'], 0],
    ['models', 0],
    ['models:delete2', 0],
    ['Models:delete', 0],
    ['models:*', 0],
    ['models:read,models:delete', 0],
    ['xmodels:delete', 0],
  ];
  for (const [scope, count] of opened) {
    server.journal.clear();
    const token = await issuer.mint({ claims: { scope } });
    for (const [tool, values, needs] of tools) {
      const { status, challenge } = await call(tool, values, token);
      if (status === 200) continue;
      assert.equal(status, 403);
      assert.equal(
        challenge,
        `Bearer error="insufficient_scope", error_description="this call needs ${needs}", resource_metadata="${server.url.origin}/.well-known/oauth-protected-resource/mcp", scope="${needs}"`,
      );
    }
    assert.equal(server.journal.calls.length, count, String(scope));
  }
});

test('a tool that no scope opens is refused to every token', async (t) => {
  const tools = { list_models: 'models:read' };
  const { issuer, server, call } = await startProtected(t, { tools });
  const token = await issuer.tokenFor('carol');
  for (const name of [
    'delete_model',
    'constructor',
    '__proto__',
    'List_models',
    'list_models ',
    '',
  ]) {
    const body = toolCall(name, { model: 'acme/churn' });
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    const response = await fetch(server.url, { method: 'POST', headers, body });
    assert.equal(response.status, 403, name);
    assert.equal(response.headers.get('www-authenticate'), null);
  }
  for (const name of [['list_models'], null, 7, undefined]) {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name } });
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    assert.equal((await fetch(server.url, { method: 'POST', headers, body })).status, 403);
  }
  assert.deepEqual(server.journal.calls, []);
  assert.equal((await call('list_models', read, token)).status, 200);
});

test('every method needs the first scope, a notification too', async (t) => {
  const { issuer, server } = await startProtected(t);
  const none = await issuer.mint({ claims: { scope: 'openid' } });
  const first = await issuer.mint({ claims: { scope: 'models:read' } });
  const send = async (method: string, token: string) => {
    const message = { jsonrpc: '2.0', method, params: {} };
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    const body = JSON.stringify(message);
    return (await fetch(server.url, { method: 'POST', headers, body })).status;
  };
  const methods = ['server/discover', 'tools/list', 'resources/read', 'initialize', 'ping', 'a'];
  for (const method of methods) {
    assert.equal(await send(method, none), 403, method);
    assert.notEqual(await send(method, first), 403, method);
    assert.notEqual(await send(method, first), 401, method);
  }
});
