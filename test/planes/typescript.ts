import { startAuthorizationServer } from '../../patterns/reference-server/authorization-server.ts';
import { startReferenceServer } from '../../patterns/reference-server/reference-server.ts';
import { obtainToken } from '../../patterns/token-authentication/obtain-token.ts';
import type { Plane, RunningPlane } from '../contracts.ts';
import { resource } from '../surfaces/server.ts';
import { stagesFor, startSurroundings, type Surroundings } from './protected-server.ts';
import { operations, speak, tools } from './reference-operations.ts';

/** The stages in process, around the reference server; and the client that knows its checks. */
export const typescript: Plane = {
  id: 'typescript',
  title: 'TypeScript, in the server',
  kind: 'in the server',
  baseline: false,
  patterns: ['token-authentication'],
  surfaces: ['server', 'client'],
  absent: { network: 'the stages see a request, not who connects from where' },
  components: ['@modelcontextprotocol/server', 'jose', 'oauth4webapi'],
  start: async () => startAround(await startSurroundings()),
};

/** Start the plane with the authorization server that stands around it. */
export async function startAround(around: Surroundings): Promise<RunningPlane> {
  const { authorizationServer, signIn } = around;
  const other = await startAuthorizationServer({ resources: [resource] });
  const stages = stagesFor(authorizationServer, tools);
  const server = await startReferenceServer({ stages });
  const { url, journal } = server;
  return {
    targets: {
      server: { ...around, url, operations, speak, effects: journal },
      client: { obtainToken, authorizationServer, other, signIn },
    },
    close: async () => {
      await server.close();
      await other.close();
      await around.close();
    },
  };
}
