import { tokenAuthentication } from '../token-authentication/token-authentication.ts';
import { readConfiguration } from './configuration.ts';
import { writeLine } from './log.ts';
import { startGate } from './start-gate.ts';

/** How long calls in flight may take after SIGTERM, in ms: less than Kubernetes waits by default. */
const drainTime = 20_000;

/** The container `mcp-gate`: every stage before the server of the same pod. */
const configuration = readConfiguration(process.env);
if ('mistakes' in configuration) {
  for (const mistake of configuration.mistakes) console.error(mistake);
  process.exit(1);
}
const { options, ...place } = configuration;
const stages = [tokenAuthentication(options)];
const gate = await startGate({ ...place, stages, log: writeLine }).catch(
  (error: NodeJS.ErrnoException) => {
    console.error(`MCP_GATE_PORT ${place.port}: cannot listen (${error.code ?? error.message})`);
    process.exit(1);
  },
);
console.log(`mcp-gate on ${gate.url.href} for ${options.resource} before ${place.upstream.href}`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void gate.drain(drainTime).then(() => process.exit(0)));
}
