import type { ClientExchange, ClientTarget } from './surfaces/client.ts';
import type { NetworkExchange, NetworkTarget } from './surfaces/network.ts';
import type { ServerExchange, ServerTarget } from './surfaces/server.ts';

/** What is attacked; each has a file in test/surfaces. */
export type SurfaceId = 'server' | 'client' | 'network';

/** What an attack says about itself; a page shows `about` below the title. */
export interface Description {
  /** Kebab-case, unique over all groups. */
  id: string;
  title: string;
  /** What is wrong with the request and what it would gain, in one or two sentences. */
  about: string;
  /** `MT-…` of whitepaper/catalog/threats.yaml. */
  threat: string;
  /** `C…` of whitepaper/catalog/criteria.yaml. */
  criteria: string[];
}

/** The exact answer: the status, and every parameter of its challenge or error. */
export interface Refusal {
  status: string;
  [parameter: string]: string;
}

/** One fault, put into the legitimate exchange of a surface. */
export interface AttackOn<Id extends SurfaceId, Exchange, Target> extends Description {
  surface: Id;
  /** Which legitimate exchange it starts from; the surface names them, the first is the default. */
  from?: string;
  /** Steps before the attack: rotate keys, wait. */
  given?: (target: Target) => Promise<void>;
  /** The fault. */
  change: (exchange: Exchange, target: Target) => void;
  /** Mends the fault; by default the legitimate exchange is the twin. */
  twin?: (exchange: Exchange, target: Target) => void;
  refused: Refusal;
}

export type ServerAttack = AttackOn<'server', ServerExchange, ServerTarget>;
export type ClientAttack = AttackOn<'client', ClientExchange, ClientTarget>;
export type NetworkAttack = AttackOn<'network', NetworkExchange, NetworkTarget>;
export type Attack = ServerAttack | ClientAttack | NetworkAttack;

/** What came back, and what occurred behind the plane. */
export interface Outcome {
  /** The answer says that it succeeded: what a twin must, beside its effect. */
  ok: boolean;
  /** The HTTP status, or the surface's word for it. */
  status: string;
  /** Read where the effect occurs, never from the answer; undefined when nothing occurred. */
  effect: string | undefined;
  /** The answer in the form of `refused`. */
  refusal: Refusal;
  /** Why, in the answer's own words. */
  reason: string;
  /** The masked answer, folded. */
  answer: string[];
}

/** How the exchanges of one kind are made, run and shown. */
export interface Surface<Exchange, Target> {
  legitimate: (target: Target, from?: string) => Promise<Exchange>;
  run: (exchange: Exchange, target: Target) => Promise<Outcome>;
  /** The exchange as text, line by line: what attack and twin are compared by. */
  lines: (exchange: Exchange, target: Target) => string[];
}

/** An enforcement plane that is up: one target for each surface that it has. */
export interface RunningPlane {
  targets: { server?: ServerTarget; client?: ClientTarget; network?: NetworkTarget };
  close: () => Promise<void>;
}

/** An enforcement plane: a row of evidence/planes and a column of the matrix. */
export interface Plane {
  id: string;
  title: string;
  /** Two or three words below the name in the matrix. */
  kind: string;
  baseline: boolean;
  /** Folders of patterns/; what the plane claims is the union of their criteria. */
  patterns: string[];
  surfaces: SurfaceId[];
  /** For each surface that it has not: why it cannot be asked. */
  absent: Partial<Record<SurfaceId, string>>;
  /** What enforces or is protected: npm packages, whose installed version is recorded, and others. */
  components: (string | { name: string; version: string })[];
  /** What it answers, by attack, where that is not what the attack itself names. */
  answers?: Record<string, Refusal>;
  start: () => Promise<RunningPlane>;
}
