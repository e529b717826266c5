import { resource } from '../surfaces/server.ts';
import type { Front } from './before-server.ts';
import { envoyGateway } from './envoy-gateway.ts';
import { startGateway } from './gateway.ts';

const { id, title, kind, patterns, components, answers = {} } = envoyGateway;

/** The published gateway before a server that is not ours. */
export const gatewayFront: Front = {
  id,
  title,
  kind,
  patterns,
  components,
  answers,
  // where the overlay for loopback puts the Service
  looksAt: '127.0.0.2',
  async start({ upstream, around }) {
    const issuer = Number(new URL(around.authorizationServer.issuer).port);
    const { via, close } = await startGateway({ issuer, server: Number(upstream.port) });
    return { url: new URL(resource), via, jwksMaxAge: 2_000, close };
  },
};
