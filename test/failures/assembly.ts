import { startGate } from '../../patterns/gate/start-gate.ts';
import type { Stage } from '../../patterns/gate/stage.ts';
import { startAuthorizationServer } from '../../patterns/reference-server/authorization-server.ts';
import type { Call } from '../../patterns/reference-server/journal.ts';
import { logIn } from '../../patterns/reference-server/log-in.ts';
import { startReferenceServer } from '../../patterns/reference-server/reference-server.ts';
import { scopes, toolScopes } from '../../patterns/reference-server/subjects.ts';
import { tokenAuthentication } from '../../patterns/token-authentication/token-authentication.ts';
import { freePort } from '../corpus/free-port.ts';
import type { Via } from '../corpus/raw-http.ts';
import { startGateway } from '../planes/gateway.ts';
import { startSurroundings, type Surroundings } from '../planes/protected-server.ts';
import { resource } from '../surfaces/server.ts';
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

/** How long the planes keep keys here, in ms; the pattern's default is ten minutes. */
const shortMaxAge = 200;

const partOf = (hop: FaultyHop): Part => ({
  break: (fault) => void (hop.fault = fault),
  mend: () => hop.mend(),
});

function stages(around: Surroundings, jwks: URL, jwksCacheMaxAge: number | undefined): Stage[] {
  const { issuer } = around.authorizationServer;
  const keys = jwksCacheMaxAge === undefined ? {} : { jwksCacheMaxAge, jwksCooldown: 0 };
  return [
    tokenAuthentication({
      resource,
      issuer,
      jwksUri: jwks.href,
      algorithms: ['ES256'],
      scopes,
      tools: toolScopes,
      ...keys,
    }),
  ];
}

/** Who stands around, with a hop before the keys. */
async function surroundingsWithFaultyKeys() {
  const around = await startSurroundings();
  const keys = new FaultyHop(new URL(around.authorizationServer.jwksUri));
  const jwks = await keys.listen();
  const close = async () => {
    await keys.close();
    await around.close();
  };
  return { around, keys, jwks, close };
}

/** The stage in the server; its keys come through a hop that can be broken. */
export async function typescript(jwksCacheMaxAge?: number): Promise<Assembly> {
  const { around, keys, jwks, close } = await surroundingsWithFaultyKeys();
  const server = await startReferenceServer({ stages: stages(around, jwks, jwksCacheMaxAge) });
  return {
    ...around,
    url: server.url,
    journal: server.journal,
    parts: { keys: partOf(keys) },
    settleMs: jwksCacheMaxAge ?? 0,
    close: async () => {
      await server.close();
      await close();
    },
  };
}

/** The short age of keys, so that a plane notices within the test that they cannot be fetched. */
export const withoutCachedKeys = (): Promise<Assembly> => typescript(shortMaxAge);

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
  const own = stages(around, new URL(authorizationServer.jwksUri), undefined);
  const server = await startReferenceServer({ stages: own });
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
  const { around, keys, jwks, close } = await surroundingsWithFaultyKeys();
  const server = await startReferenceServer();
  const behind = new FaultyHop(server.url);
  const upstream = await behind.listen();
  const own = stages(around, jwks, shortMaxAge);
  let gate = await startGate({ stages: own, upstream });
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
          gate = await startGate({ stages: own, upstream, port: Number(port) });
        },
      },
    },
    settleMs: shortMaxAge,
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
  const { around, keys, jwks, close } = await surroundingsWithFaultyKeys();
  const host = '127.0.0.2';
  const server = await startReferenceServer({ host });
  const behind = new FaultyHop(server.url);
  const upstream = await behind.listen(host);
  const issuer = Number(new URL(around.authorizationServer.issuer).port);
  const gateway = await startGateway({ issuer, server: Number(upstream.port) }, [
    { at: 'SecurityPolicy spec.jwt.providers.0.remoteJWKS.uri', value: jwks.href },
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
