import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { EvidenceFault } from './read.ts';

/** An attack and why it has no effect, or came through. */
const exception = z.strictObject({ attack: z.string(), why: z.string() });

/** What became of one legitimate call, by what stood before the server: `works`, or the answer. */
const call = z.strictObject({
  call: z.string(),
  bare: z.string(),
  planes: z.record(z.string(), z.string()),
});

/** A server spoken to in one revision of the protocol. */
const conversation = z.strictObject({
  version: z.string(),
  /** The server gives each conversation an id. */
  session: z.boolean(),
  /** The fields of MCP that the client of the SDK sends with a call. */
  fields: z.array(z.string()).min(1),
  /** How many attacks were sent. */
  sent: z.number().int().min(1),
  /** How many work with nothing before the server, and what the others met. */
  works: z.number().int(),
  without: z.array(exception),
  planes: z
    .array(
      z.strictObject({
        plane: z.string(),
        refused: z.number().int(),
        /** How many of the refused test a criterion that the plane does not claim. */
        notClaimed: z.number().int(),
        through: z.array(exception),
      }),
    )
    .min(1),
  calls: z.array(call).min(1),
});

/** What was found with one server that people already run: evidence/servers/<id>.json. */
export const serverFile = z.strictObject({
  server: z.string(),
  title: z.string(),
  component: z.strictObject({ name: z.string(), version: z.string() }),
  release: z.string(),
  inputs: z.strictObject({ files: z.array(z.string()).min(1), sha256: z.string().length(64) }),
  conversations: z.array(conversation).min(1),
});

export type ServerFile = z.infer<typeof serverFile>;
export type Conversation = z.infer<typeof conversation>;

/** Read what was found with every server; throws an EvidenceFault. */
export function readServers(root: string): ServerFile[] {
  const files = globSync('evidence/servers/*.json', { cwd: root }).sort();
  if (files.length === 0) throw new EvidenceFault('evidence/servers: nothing: run npm run record');
  return files.map((file) => {
    const read = serverFile.safeParse(JSON.parse(readFileSync(join(root, file), 'utf8')));
    if (read.success) return read.data;
    const [issue] = read.error.issues;
    throw new EvidenceFault(`${file}: ${issue?.path.join('.')}: ${issue?.message}: npm run record`);
  });
}
