import { parseArgs, styleText } from 'node:util';
import type { Stage } from '../patterns/gate/stage.ts';
import { startAuthorizationServer } from '../patterns/reference-server/authorization-server.ts';
import { startReferenceServer } from '../patterns/reference-server/reference-server.ts';
import { scopes, subjects, toolScopes } from '../patterns/reference-server/subjects.ts';
import { tokenAuthentication } from '../patterns/token-authentication/token-authentication.ts';
import { main, Mistake } from './lib/main.ts';
import { writeServed } from './lib/served.ts';

const help = `npm run serve [-- --port 8930 --issuer-port 8931 --legacy]

Serves the reference server behind token authentication, and its authorization server, on loopback
until it is interrupted; --legacy answers 2025-11-25 too.

example: npm run serve -- --port 9000`;

/** The call that each subject shows; mallory sends it without a token. */
const calls: Record<string, [tool: string, values: Record<string, string>]> = {
  alice: ['list_models', { tenant: 'acme' }],
  bob: ['deploy_model', { model: 'acme/churn', version: '4.3.0', environment: 'staging' }],
  carol: ['delete_model', { model: 'acme/churn' }],
  dave: ['list_models', { tenant: 'globex' }],
  'ci-deployer': ['rollback_model', { model: 'acme/churn', environment: 'production' }],
  'drift-monitor': ['read_inference_log', { model: 'acme/churn', since: '2026-07-28T00:00:00Z' }],
  'support-agent': ['get_model_card', { model: 'acme/credit-score' }],
  mallory: ['list_models', { tenant: 'acme' }],
};

const meta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
};

/** Write a curl command that can be pasted as it is; the token is fetched when it runs. */
function curl(url: URL, subject: string): string {
  const [name, values] = calls[subject] ?? ['list_models', { tenant: 'acme' }];
  const params = { name, arguments: values, _meta: meta };
  const message = { jsonrpc: '2.0', id: 1, method: 'tools/call', params };
  return [
    `curl -sS -i ${url.href}`,
    ...(subject === 'mallory'
      ? []
      : [`-H "Authorization: Bearer $(npm run -s token -- ${subject})"`]),
    "-H 'Accept: application/json, text/event-stream'",
    "-H 'Content-Type: application/json'",
    "-H 'MCP-Protocol-Version: 2026-07-28'",
    `-H 'Mcp-Method: tools/call' -H 'Mcp-Name: ${name}'`,
    `-d '${JSON.stringify(message)}'`,
  ].join(' \\\n  ');
}

function port(option: string, value: string): number {
  if (/^\d{1,5}$/.test(value) && Number(value) < 65_536) return Number(value);
  throw new Mistake(`--${option} "${value}" is not a port: give a number up to 65535`);
}

function inUse(option: string): (error: unknown) => never {
  return (error) => {
    const { code, port } = error as NodeJS.ErrnoException & { port?: number };
    if (code !== 'EADDRINUSE') throw error;
    throw new Mistake(`--${option} ${port} is in use: stop what listens there or choose another`);
  };
}

await main(async () => {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '8930' },
      'issuer-port': { type: 'string', default: '8931' },
      legacy: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return console.log(help);
  const resources: string[] = [];
  const stages: Stage[] = [];
  const server = await startReferenceServer({
    port: port('port', values.port),
    legacy: values.legacy,
    stages,
  }).catch(inUse('port'));
  const issuer = await startAuthorizationServer({
    port: port('issuer-port', values['issuer-port']),
    resources,
  }).catch(async (error: unknown) => {
    await server.close();
    return inUse('issuer-port')(error);
  });
  resources.push(server.url.href);
  stages.push(
    tokenAuthentication({
      resource: server.url.href,
      issuer: issuer.issuer,
      jwksUri: issuer.jwksUri,
      algorithms: ['ES256'],
      scopes,
      tools: toolScopes,
    }),
  );
  writeServed({
    issuer: issuer.issuer,
    resource: server.url.href,
    secrets: Object.fromEntries(issuer.secrets),
  });
  console.log(`MCP server            ${server.url.href}`);
  console.log(`authorization server  ${issuer.issuer}`);
  for (const { name, shows } of subjects) {
    console.log(`\n${styleText('bold', `# ${name}: ${shows}`)}\n${curl(server.url, name)}`);
  }
  console.log('\nCtrl-C ends both.');
});
