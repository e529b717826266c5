import { startAuthorizationServer } from '../../patterns/reference-server/authorization-server.ts';
import { startReferenceServer } from '../../patterns/reference-server/reference-server.ts';
import type { Plane } from '../contracts.ts';
import { naiveClient } from '../surfaces/naive-client.ts';
import { resource } from '../surfaces/server.ts';
import { readNetwork } from './network-ends.ts';
import { startSurroundings } from './protected-server.ts';
import { operations, speak } from './reference-operations.ts';

/** The baseline: the reference server with nothing before it, and a client that believes all. */
export const unprotected: Plane = {
  id: 'unprotected',
  title: 'Without any control',
  kind: 'no control',
  baseline: true,
  patterns: [],
  surfaces: ['server', 'client', 'network'],
  absent: {},
  components: ['@modelcontextprotocol/server'],
  async start() {
    const around = await startSurroundings();
    const other = await startAuthorizationServer({ resources: [resource] });
    const server = await startReferenceServer();
    const network = await readNetwork('manifests/base');
    const { url, journal } = server;
    return {
      targets: {
        server: { ...around, url, operations, speak, effects: journal },
        client: {
          obtainToken: naiveClient,
          authorizationServer: around.authorizationServer,
          other,
          signIn: around.signIn,
        },
        network,
      },
      close: async () => {
        await server.close();
        await other.close();
        await around.close();
      },
    };
  },
};
