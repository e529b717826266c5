import { startGate } from '../../patterns/gate/start-gate.ts';
import { startAuthorizationServer } from '../../patterns/reference-server/authorization-server.ts';
import type { Call } from '../../patterns/reference-server/journal.ts';
import { logIn } from '../../patterns/reference-server/log-in.ts';
import { startReferenceServer } from '../../patterns/reference-server/reference-server.ts';
import { toolScopes } from '../../patterns/reference-server/subjects.ts';
import { freePort } from '../corpus/free-port.ts';
import type { Via } from '../corpus/raw-http.ts';
import { startGateway } from '../planes/gateway.ts';
import { stagesFor, startSurroundings, type Surroundings } from '../planes/protected-server.ts';
import { jwksMaxAge, resource } from '../surfaces/server.ts';
import { FaultyHop, type Fault } from './faulty-hop.ts';

/** A part of a plane that can be broken and mended. */
export interface Part {
  break: (fault: Exclude<Fault, 'none'>) => Promise<void> | void;
  mend: () => Promise<void> | void;
}

/** A plane whose parts can be broken while calls go through it. */
export interface Assembly extends Surroundings {
  url: URL;
  /** How a public address is reached here, at this moment. */
  via?: () => Via;
  journal: { calls: Call[]; clear: () => void };
  parts: Record<string, Part>;
  /** How long the plane may go on with what it knows of a part, in ms. */
  settleMs: number;
}

const partOf = (hop: FaultyHop): Part => ({
  break: (fault) => void (hop.fault = fault),
  mend: () => hop.mend(),
});

/** Who stands around, with a hop before the keys. */
async function surroundingsWithFaultyKeys() {
  const around = await startSurroundings();
  const keys = new FaultyHop(new URL(around.authorizationServer.jwksUri));
  const jwks = await keys.listen();
  const close = async () => {
    await keys.close();
    await around.close();
  };
  const { issuer } = around.authorizationServer;
  return { around, keys, from: { issuer, jwksUri: jwks.href }, close };
}

/** The stage in the server; its keys come through a hop that can be broken, and stay ten minutes. */
export const typescript = (): Promise<Assembly> => inServer(0, {});

/** The short age of keys, so that a plane notices within the test that they cannot be fetched. */
export const withoutCachedKeys = (): Promise<Assembly> => inServer(jwksMaxAge);

async function inServer(
  settleMs: number,
  ages?: Parameters<typeof stagesFor>[2],
): Promise<Assembly> {
  const { around, keys, from, close } = await surroundingsWithFaultyKeys();
  const server = await startReferenceServer({ stages: stagesFor(from, toolScopes, ages) });
  return {
    ...around,
    url: server.url,
    journal: server.journal,
    parts: { keys: partOf(keys) },
    settleMs,
    close: async () => {
      await server.close();
      await close();
    },
  };
}

/** The stage in the server; the whole authorization server, which issues tokens, can be broken. */
export async function withFaultyIssuer(): Promise<Assembly> {
  const port = await freePort();
  const hop = new FaultyHop(new URL(`http://127.0.0.1:${port}`));
  const { origin: issuer } = await hop.listen();
  const authorizationServer = await startAuthorizationServer({
    resources: [resource],
    port,
    issuer,
  });
  const around = await startSurroundings({ authorizationServer, signIn: logIn });
  const server = await startReferenceServer({
    stages: stagesFor(authorizationServer, toolScopes, {}),
  });
  return {
    ...around,
    url: server.url,
    journal: server.journal,
    parts: { issuer: partOf(hop) },
    settleMs: 0,
    close: async () => {
      await server.close();
      await around.close();
      await hop.close();
    },
  };
}

/** The stage in a gate before the server; keys, server and gate can be broken. */
export async function typescriptGate(): Promise<Assembly> {
  const { around, keys, from, close } = await surroundingsWithFaultyKeys();
  const server = await startReferenceServer();
  const behind = new FaultyHop(server.url);
  const upstream = await behind.listen();
  const stages = stagesFor(from, toolScopes);
  let gate = await startGate({ stages, upstream });
  const { port } = gate.url;
  return {
    ...around,
    url: gate.url,
    journal: server.journal,
    parts: {
      keys: partOf(keys),
      server: partOf(behind),
      gate: {
        break: () => gate.close(),
        mend: async () => {
          gate = await startGate({ stages, upstream, port: Number(port) });
        },
      },
    },
    settleMs: jwksMaxAge,
    close: async () => {
      await gate.close();
      await behind.close();
      await server.close();
      await close();
    },
  };
}

/** The published gateway before the server; keys, server and Envoy itself can be broken. */
export async function envoyGateway(): Promise<Assembly> {
  const { around, keys, from, close } = await surroundingsWithFaultyKeys();
  const host = '127.0.0.2';
  const server = await startReferenceServer({ host });
  const behind = new FaultyHop(server.url);
  const upstream = await behind.listen(host);
  const issuer = Number(new URL(from.issuer).port);
  const gateway = await startGateway({ issuer, server: Number(upstream.port) }, [
    {
      at: 'SecurityPolicy ingress-gateway spec.jwt.providers.0.remoteJWKS.uri',
      value: from.jwksUri,
    },
  ]);
  const { process } = gateway;
  let ended = false;
  return {
    ...around,
    url: new URL(resource),
    via: () => gateway.via,
    journal: server.journal,
    parts: {
      keys: partOf(keys),
      server: partOf(behind),
      gateway: {
        break: (fault) => {
          ended = fault === 'killed';
          return ended ? process.end() : process.pause();
        },
        mend: () => (ended ? process.again() : process.resume()),
      },
      start: {
        break: async (fault) => {
          keys.fault = fault;
          await process.end();
          await process.again();
        },
        mend: () => keys.mend(),
      },
    },
    // the overlay for loopback keeps keys for a second
    settleMs: 1_000,
    close: async () => {
      await gateway.close();
      await behind.close();
      await server.close();
      await close();
    },
  };
}
