import { startGate } from '../../patterns/gate/start-gate.ts';
import type { Stage } from '../../patterns/gate/stage.ts';
import type { Call } from '../../patterns/reference-server/journal.ts';
import { startReferenceServer } from '../../patterns/reference-server/reference-server.ts';
import { scopes, toolScopes } from '../../patterns/reference-server/subjects.ts';
import { tokenAuthentication } from '../../patterns/token-authentication/token-authentication.ts';
import { startSurroundings, type Surroundings } from '../planes/protected-server.ts';
import { resource } from '../surfaces/server.ts';
import { FaultyHop } from './faulty-hop.ts';

/** A part of a plane that can be broken and mended. */
export interface Part {
  break: (fault: 'killed' | 'slow' | 'garbage') => Promise<void> | void;
  mend: () => Promise<void> | void;
}

/** A plane whose parts can be broken while calls go through it. */
export interface Assembly extends Surroundings {
  url: URL;
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

/** The stage in the server; its keys come through a hop that can be broken. */
export async function typescript(jwksCacheMaxAge?: number): Promise<Assembly> {
  const around = await startSurroundings();
  const keys = new FaultyHop(new URL(around.authorizationServer.jwksUri));
  const jwks = await keys.listen();
  const server = await startReferenceServer({ stages: stages(around, jwks, jwksCacheMaxAge) });
  return {
    ...around,
    url: server.url,
    journal: server.journal,
    parts: { keys: partOf(keys) },
    settleMs: jwksCacheMaxAge ?? 0,
    close: async () => {
      await server.close();
      await keys.close();
      await around.close();
    },
  };
}

/** The stage in a gate before the server; keys, server and gate can be broken. */
export async function typescriptGate(): Promise<Assembly> {
  const around = await startSurroundings();
  const keys = new FaultyHop(new URL(around.authorizationServer.jwksUri));
  const jwks = await keys.listen();
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
      await keys.close();
      await around.close();
    },
  };
}

/** The short age of keys, so that a plane notices within the test that they cannot be fetched. */
export const withoutCachedKeys = (): Promise<Assembly> => typescript(shortMaxAge);
