import type { ServerTarget } from '../surfaces/server.ts';

/** A revision of the protocol; in the older one a client begins with a handshake. */
export type Version = '2026-07-28' | '2025-11-25';

/** A server such as people already run: not ours, or ours as most clients still speak to it. */
export interface RunServer {
  id: string;
  title: string;
  /** What answers, with the version that is installed. */
  component: () => Promise<{ name: string; version: string }>;
  /** The revisions that it answers. */
  versions: Version[];
  /** Which of its tools read, write and destroy. */
  operations: ServerTarget['operations'];
  /** The scope that opens each tool; one of them is left out. */
  tools: Record<string, string>;
  /** Start it on loopback, without any control. */
  start: () => Promise<{ url: URL; close: () => void | Promise<void> }>;
}
