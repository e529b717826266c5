import { z } from 'zod';

/** What became of one attack on one plane. */
export const verdict = z.enum(['refused', 'refused-not-claimed', 'works', 'not-applicable']);

/** One line of a recorded request; the marked line is the one in which attack and twin differ. */
const line = z.strictObject({ text: z.string(), marked: z.literal(true).optional() });

/** An attack as data: what it is and what it sends. One file for all planes: evidence/attacks.json. */
export const attackRecord = z.strictObject({
  id: z.string(),
  title: z.string(),
  /** One or two sentences: what is wrong with the request and what it would gain. */
  about: z.string(),
  group: z.string(),
  threat: z.string(),
  criteria: z.array(z.string()).min(1),
  surface: z.string(),
  attack: z.array(line).min(1),
  twin: z.array(line).min(1),
});

export const attacksFile = z.strictObject({ attacks: z.array(attackRecord).min(1) });

const result = z.strictObject({
  attack: z.string(),
  verdict,
  /** Only when not applicable: why this plane cannot be asked. */
  why: z.string().optional(),
  /** What a table shows: `401`, or a word where the surface has no status. */
  status: z.string().optional(),
  /** The reason in the answer's own words, or what was executed. */
  reason: z.string().optional(),
  /** The masked answer, line by line, folded for a page. */
  answer: z.array(z.string()).optional(),
  /** The twin's status and effect in the same run. */
  twin: z.strictObject({ status: z.string(), effect: z.string() }).optional(),
});

/** All verdicts of one plane: evidence/planes/<id>.json. */
export const planeFile = z.strictObject({
  plane: z.string(),
  title: z.string(),
  /** Two or three words below the name in the matrix: `in the server`. */
  kind: z.string(),
  /** The baseline column, without any control. */
  baseline: z.boolean(),
  surfaces: z.array(z.string()).min(1),
  patterns: z.array(z.string()),
  components: z.array(z.strictObject({ name: z.string(), version: z.string() })),
  /** The release with which this was recorded, from package.json. */
  release: z.string(),
  /** sha256 over the input files, to tell when they have changed since. */
  inputs: z.strictObject({ files: z.array(z.string()).min(1), sha256: z.string().length(64) }),
  results: z.array(result).min(1),
});

/** What network policies make of each flow around the server: evidence/flows.json. */
export const flowsFile = z.strictObject({
  judge: z.strictObject({ name: z.string(), version: z.string() }),
  /** The manifests that were judged, the first without any policy. */
  builds: z.array(z.strictObject({ folder: z.string(), title: z.string() })).min(2),
  flows: z
    .array(
      z.strictObject({
        title: z.string(),
        from: z.string(),
        to: z.string(),
        /** One for each build; null where the build has no such port. */
        rulings: z.array(z.enum(['allowed', 'denied']).nullable()),
      }),
    )
    .min(1),
});

const failure = z.strictObject({
  plane: z.string(),
  /** The part that was broken, and the state that it was in. */
  part: z.string(),
  fault: z.enum(['killed', 'slow', 'garbage']),
  /** Closed when no attack had an effect while the part was broken, nor after it was mended. */
  verdict: z.enum(['closed', 'open']),
  /** What legitimate calls, and what attacks, were answered meanwhile. */
  calls: z.string(),
  attacks: z.string(),
  /** After how many seconds legitimate calls succeeded again, as it was when recorded; or never. */
  goodAfter: z.number().nullable(),
});

/** What each plane does while one of its parts is broken: evidence/failures.json. */
export const failuresFile = z.strictObject({
  goodWithin: z.number().int().positive(),
  failures: z.array(failure).min(1),
});

/** How many seeded faults their checks noticed: evidence/faults.json. */
export const faultsFile = z.strictObject({
  /** The day of the last run, in UTC. */
  date: z.iso.date(),
  release: z.string(),
  seeded: z.number().int().positive(),
  /** Noticed in the run of all faults. */
  noticed: z.number().int().nonnegative(),
  /** Missed in that run, and noticed when run again after their check was mended. */
  again: z.array(z.string()),
  missed: z.array(z.string()),
});

export type Failure = z.infer<typeof failure>;
export type FaultsFile = z.infer<typeof faultsFile>;
export type FailuresFile = z.infer<typeof failuresFile>;
export type FlowsFile = z.infer<typeof flowsFile>;
export type Verdict = z.infer<typeof verdict>;
export type Line = z.infer<typeof line>;
export type AttackRecord = z.infer<typeof attackRecord>;
export type AttacksFile = z.infer<typeof attacksFile>;
export type PlaneFile = z.infer<typeof planeFile>;
export type Result = z.infer<typeof result>;
