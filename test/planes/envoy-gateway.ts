import { startReferenceServer } from '../../patterns/reference-server/reference-server.ts';
import { envoyVersion } from '../../scripts/tools/envoy.ts';
import { tools } from '../../scripts/tools/tools.ts';
import type { Plane, RunningPlane } from '../contracts.ts';
import { resource } from '../surfaces/server.ts';
import { answers } from './envoy-gateway-answers.ts';
import { startGateway, type Gateway } from './gateway.ts';
import type { Edit } from './gateway-manifests.ts';
import { startSurroundings } from './protected-server.ts';
import { operations, speak } from './reference-operations.ts';

const [controller] = tools.filter(({ name }) => name === 'envoy-gateway');

/** The published manifests, translated by Envoy Gateway and run by Envoy, before a bare server. */
export const envoyGateway: Plane = {
  id: 'envoy-gateway',
  title: 'Envoy Gateway, before the server',
  kind: 'ingress',
  baseline: false,
  patterns: ['ingress-gateway'],
  surfaces: ['server'],
  absent: {
    client: 'a gateway stands before servers and runs no client',
    network: 'it sees who calls it, and not who goes around it',
  },
  components: [
    { name: 'Envoy', version: envoyVersion },
    { name: 'Envoy Gateway', version: controller?.version.slice(1) ?? 'none' },
    '@modelcontextprotocol/server',
  ],
  answers,
  start: async () => (await startBehindGateway()).running,
};

/** Start the plane, and keep what a test of the gateway itself looks at. */
export async function startBehindGateway(
  edits?: readonly Edit[],
): Promise<{ running: RunningPlane; gateway: Gateway }> {
  const around = await startSurroundings();
  // beside the loopback address on which the server would know itself on a developer's machine
  const server = await startReferenceServer({ host: '127.0.0.2' });
  const close = async () => {
    await server.close();
    await around.close();
  };
  try {
    const issuer = Number(new URL(around.authorizationServer.issuer).port);
    const gateway = await startGateway({ issuer, server: Number(server.url.port) }, edits);
    const { journal: effects } = server;
    const { via } = gateway;
    const url = new URL(resource);
    return {
      gateway,
      running: {
        targets: {
          server: { ...around, url, via, jwksMaxAge: 2_000, operations, speak, effects },
        },
        close: async () => {
          await gateway.close();
          await close();
        },
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}
