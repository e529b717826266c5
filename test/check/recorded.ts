import { startGate } from '../../patterns/gate/start-gate.ts';
import { maskOutput } from '../../scripts/lib/snippets.ts';
import { groups } from '../attacks/index.ts';
import type { Attack, ServerAttack } from '../contracts.ts';
import { stagesFor, startSurroundings } from '../planes/protected-server.ts';
import { fastmcp } from '../servers/fastmcp.ts';
import { resource } from '../surfaces/server.ts';
import { checkServer } from './check.ts';
import { toText } from './report-text.ts';
import { toReport } from './report.ts';

const isOnServer = (attack: Attack): attack is ServerAttack => attack.surface === 'server';

/** What the page "Check a server" shows: a server bare and behind the gate, by path from the root. */
export async function recordChecks(): Promise<Map<string, string>> {
  const around = await startSurroundings();
  const server = await fastmcp.start();
  const stages = stagesFor(around.authorizationServer, fastmcp.tools);
  const gate = await startGate({ stages, upstream: server.url });
  const token = await around.authorizationServer.tokenFor('alice', {
    scope: 'models:read',
    resource,
  });
  const check = async (url: URL, attacks: Attack[] = []): Promise<string> => {
    const some = attacks.filter(isOnServer);
    const done = await checkServer({ url, token, named: {}, perSecond: 50, attacks: some });
    return `${maskOutput(toText(toReport(done)))}\n`;
  };
  try {
    return new Map([
      ['evidence/check/bare.out', await check(server.url, groups['credentials'])],
      ['evidence/check/protected.out', await check(gate.url, Object.values(groups).flat())],
    ]);
  } finally {
    await gate.close();
    await server.close();
    await around.close();
  }
}
