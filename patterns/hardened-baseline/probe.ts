import { startGate } from '../gate/start-gate.ts';
import type { Stage } from '../gate/stage.ts';
import { startReferenceServer } from '../reference-server/reference-server.ts';
import { startPublishedServer } from '../token-authentication/published-server.ts';
import { opens, succeeds } from './kubelet.ts';

/** Which probe tells a server that serves from one that does not, and needs no token for it. */
const refuseAll: Stage = () => ({ status: 401 });
const server = await startReferenceServer();
const gate = await startGate({ stages: [refuseAll], upstream: server.url });
const published = await startPublishedServer();

// #region probes
async function probe(name: string, endpoint: URL): Promise<void> {
  const verdicts = [
    await succeeds(new URL('/healthz', endpoint)),
    await succeeds(endpoint),
    await opens(endpoint),
  ];
  console.log(
    [name, ...verdicts]
      .map((cell) => cell.padEnd(20))
      .join('')
      .trimEnd(),
  );
}
// #endregion

const head = ['', 'httpGet /healthz', 'httpGet /mcp', 'tcpSocket'];
console.log(
  head
    .map((cell) => cell.padEnd(20))
    .join('')
    .trimEnd(),
);
await probe('reference server', server.url);
await probe('gate before it', gate.url);
await probe('server not ours', published.url);
published.close();
await Promise.all([gate.close(), server.close()]);
await probe('server that ended', server.url);
