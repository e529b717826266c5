import { startGate } from '../../patterns/gate/start-gate.ts';
import type { AuthorizationServer } from '../../patterns/reference-server/authorization-server.ts';
import { startPublishedServer } from '../../patterns/token-authentication/published-server.ts';
import type { Plane } from '../contracts.ts';
import { sendRaw } from '../corpus/raw-http.ts';
import { RecordingHop } from '../corpus/recording-hop.ts';
import { shakeHands } from '../corpus/speak.ts';
import { resource, type ServerTarget } from '../surfaces/server.ts';
import { everythingPackage, operations, tools } from './everything-server.ts';
import { stagesFor, startSurroundings } from './protected-server.ts';

/** The same stages as a gate before a published server that is not ours. */
export const typescriptGate: Plane = {
  id: 'typescript-gate',
  title: 'TypeScript, before any server',
  kind: 'before any server',
  baseline: false,
  patterns: ['token-authentication'],
  surfaces: ['server'],
  absent: {
    client: 'a gate stands before servers and runs no client',
    network: 'the stages see a request, not who connects from where',
  },
  components: [everythingPackage, 'jose'],
  async start() {
    const around = await startSurroundings();
    const protectedServer = await startPublishedServer();
    const hop = new RecordingHop(protectedServer.url);
    const upstream = await hop.listen();
    const stages = stagesFor(around.authorizationServer, tools);
    const gate = await startGate({ stages, upstream });
    const speak = await openSession(gate.url, around.authorizationServer);
    return {
      targets: { server: { ...around, url: gate.url, operations, speak, effects: hop } },
      close: async () => {
        await gate.close();
        await hop.close();
        protectedServer.close();
        await around.close();
      },
    };
  },
};

/** Shake hands through the gate as alice; the session id that comes back is known to everyone. */
async function openSession(
  url: URL,
  authorizationServer: AuthorizationServer,
): Promise<ServerTarget['speak']> {
  const token = await authorizationServer.tokenFor('alice', { scope: 'models:read', resource });
  const hands = await shakeHands(url, token, (request) => sendRaw(url, request));
  if ('speak' in hands && hands.session) return hands.speak;
  throw new Error('the published server opened no session');
}
