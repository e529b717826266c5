import type { Plane } from '../contracts.ts';
import { sendRaw } from '../corpus/raw-http.ts';
import { RecordingHop } from '../corpus/recording-hop.ts';
import { shakeHands, speakModern } from '../corpus/speak.ts';
import type { RunServer, Version } from '../servers/server.ts';
import { resource, type ServerTarget } from '../surfaces/server.ts';
import { startSurroundings, type Surroundings } from './protected-server.ts';

/** What stands before a server, whatever the server is. */
export interface Front {
  id: string;
  title: string;
  kind: string;
  /** Folders of patterns/; none is the baseline. */
  patterns: string[];
  components: string[];
  start: (options: {
    upstream: URL;
    tools: Record<string, string>;
    around: Surroundings;
  }) => Promise<{ url: URL; close: () => Promise<void> }>;
}

/** Nothing before a server: what works here works on it. */
export const bare: Front = {
  id: 'bare',
  title: 'Nothing',
  kind: 'no control',
  patterns: [],
  components: [],
  start: ({ upstream }) => Promise.resolve({ url: upstream, close: () => Promise.resolve() }),
};

/** A front before a server, with a hop between them that writes down what arrives. */
export async function startBefore(front: Front, server: RunServer) {
  const around = await startSurroundings();
  const running = await server.start();
  const hop = new RecordingHop(running.url);
  const upstream = await hop.listen();
  const { url, close } = await front.start({ upstream, tools: server.tools, around });
  return {
    around,
    hop,
    url,
    close: async () => {
      await close();
      await hop.close();
      await running.close();
      await around.close();
    },
  };
}

/** The plane that a front makes of a server, spoken to in one revision of the protocol. */
export function planeBefore(front: Front, server: RunServer, version: Version): Plane {
  const { id, title, kind, patterns, components } = front;
  return {
    id,
    title,
    kind,
    baseline: patterns.length === 0,
    patterns,
    surfaces: ['server'],
    absent: {
      client: 'a gate stands before servers and runs no client',
      network: 'the stages see a request, not who connects from where',
    },
    components,
    async start() {
      const { around, hop, url, close } = await startBefore(front, server);
      const speak =
        version === '2026-07-28'
          ? speakModern
          : await openConversation(url, around).catch(async (error: unknown) => {
              await close();
              throw error;
            });
      const { operations } = server;
      return { targets: { server: { ...around, url, operations, speak, effects: hop } }, close };
    },
  };
}

/** Shake hands as alice; a session id that comes back is known to everyone. */
export async function openConversation(
  url: URL,
  { authorizationServer }: Surroundings,
): Promise<ServerTarget['speak']> {
  const token = await authorizationServer.tokenFor('alice', { scope: 'models:read', resource });
  const hands = await shakeHands(url, token, (request) => sendRaw(url, request));
  if ('speak' in hands) return hands.speak;
  throw new Error(`${url.href} did not shake hands: ${hands.answer.status} ${hands.answer.body}`);
}
