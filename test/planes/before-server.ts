import type { Plane } from '../contracts.ts';
import { sendRaw, type Via } from '../corpus/raw-http.ts';
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
  components: Plane['components'];
  answers?: NonNullable<Plane['answers']>;
  /** The address on which it looks for the server; loopback's first by default. */
  looksAt?: string;
  start: (options: {
    upstream: URL;
    tools: Record<string, string>;
    around: Surroundings;
  }) => Promise<Standing>;
}

/** A front that is up. */
interface Standing {
  url: URL;
  /** How a public address is reached here. */
  via?: Via;
  /** How long it keeps keys, in ms, where that is not what the TypeScript stages do. */
  jwksMaxAge?: number;
  close: () => Promise<void>;
}

/** A front before a server, and what stands around them. */
export type Before = Awaited<ReturnType<typeof startBefore>>;

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
  const upstream = await hop.listen(front.looksAt);
  const close = async () => {
    await hop.close();
    await running.close();
    await around.close();
  };
  const standing = await front
    .start({ upstream, tools: server.tools, around })
    .catch(async (error: unknown) => {
      await close();
      throw error;
    });
  return {
    ...standing,
    around,
    hop,
    close: async () => {
      await standing.close();
      await close();
    },
  };
}

/**
 * The plane that a front makes of a server, spoken to in one revision of the protocol; `given` is
 * one that is up already, and stays up.
 */
export function planeBefore(
  front: Front,
  server: RunServer,
  version: Version,
  given?: Before,
): Plane {
  const { id, title, kind, patterns, components, answers } = front;
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
    ...(answers && { answers }),
    async start() {
      const before = given ?? (await startBefore(front, server));
      const { around, hop: effects, url, via, jwksMaxAge } = before;
      const close = given ? () => Promise.resolve() : before.close;
      const speak = await speakTo(before, version).catch(async (error: unknown) => {
        await close();
        throw error;
      });
      const { operations } = server;
      return {
        targets: {
          server: {
            ...around,
            url,
            ...(via && { via }),
            ...(jwksMaxAge && { jwksMaxAge }),
            operations,
            speak,
            effects,
          },
        },
        close,
      };
    },
  };
}

/** Speak a revision; in the older, shake hands as alice: a session id is known to everyone then. */
export async function speakTo(
  { url, via, around }: Pick<Before, 'url' | 'via' | 'around'>,
  version: Version,
): Promise<ServerTarget['speak']> {
  if (version === '2026-07-28') return speakModern;
  const scope = 'models:read';
  const token = await around.authorizationServer.tokenFor('alice', { scope, resource });
  const hands = await shakeHands(url, token, (request) => sendRaw(url, request, via));
  if ('speak' in hands) return hands.speak;
  throw new Error(`${url.href} did not shake hands: ${hands.answer.status} ${hands.answer.body}`);
}
