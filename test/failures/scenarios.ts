import { setTimeout as delay } from 'node:timers/promises';
import type { Failure } from '../../evidence/evidence.ts';
import { mcpHeaders, toolCall } from '../lib/gate-fixture.ts';
import { sendRaw } from '../corpus/raw-http.ts';
import { resource } from '../surfaces/server.ts';
import {
  envoyGateway,
  typescript,
  typescriptGate,
  withFaultyIssuer,
  withoutCachedKeys,
  type Assembly,
} from './assembly.ts';

interface Scenario {
  plane: string;
  start: () => Promise<Assembly>;
  part: string;
  /** What a reader calls the part, in the state that it is in. */
  title: string;
  faults: ('killed' | 'slow' | 'garbage')[];
  /** Each rightful caller asks for a token of its own first. */
  asksForToken?: true;
}

const every = ['killed', 'slow', 'garbage'] as const;

export const scenarios: Scenario[] = [
  {
    plane: 'typescript',
    start: () => typescript(),
    part: 'keys',
    title: 'keys of the authorization server, cached',
    faults: [...every],
  },
  {
    plane: 'typescript',
    start: withoutCachedKeys,
    part: 'keys',
    title: 'keys of the authorization server, not cached any more',
    faults: [...every],
  },
  {
    plane: 'typescript',
    start: withFaultyIssuer,
    part: 'issuer',
    title: 'authorization server, asked for a token before each call',
    faults: [...every],
    asksForToken: true,
  },
  {
    plane: 'typescript-gate',
    start: typescriptGate,
    part: 'keys',
    title: 'keys of the authorization server, not cached any more',
    faults: [...every],
  },
  {
    plane: 'typescript-gate',
    start: typescriptGate,
    part: 'server',
    title: 'server behind the gate',
    faults: [...every],
  },
  {
    plane: 'typescript-gate',
    start: typescriptGate,
    part: 'gate',
    title: 'gate',
    faults: ['killed'],
  },
  {
    plane: 'envoy-gateway',
    start: envoyGateway,
    part: 'keys',
    title: 'keys of the authorization server, older than Envoy is to keep them',
    faults: [...every],
  },
  {
    plane: 'envoy-gateway',
    start: envoyGateway,
    part: 'start',
    title: 'keys of the authorization server, while Envoy starts',
    faults: [...every],
  },
  {
    plane: 'envoy-gateway',
    start: envoyGateway,
    part: 'server',
    title: 'server behind the gateway',
    faults: [...every],
  },
  {
    plane: 'envoy-gateway',
    start: envoyGateway,
    part: 'gateway',
    title: 'Envoy',
    faults: ['killed', 'slow'],
  },
];

/** How long a caller waits for an answer, in ms: longer than a plane waits for keys. */
const patience = 8_000;
/** Within how many seconds everything must be good again after a part is mended. */
export const goodWithin = 5;
const callers = 4;
/** Who calls in vain: with a token for another server, for data of another tenant. */
const victim = 'globex';
const foreign = { claims: { aud: 'https://other.example.com/mcp' } };

/** Break each part of each plane under load, and see what occurs behind it; four at a time. */
export async function runScenarios(): Promise<Failure[]> {
  const found = new Map<Scenario, Failure[]>();
  const queue = scenarios.values();
  const lane = async () => {
    for (const scenario of queue) found.set(scenario, await runScenario(scenario));
  };
  const ended = await Promise.allSettled([lane(), lane(), lane(), lane()]);
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
  return scenarios.flatMap((scenario) => found.get(scenario) ?? []);
}

async function runScenario(scenario: Scenario): Promise<Failure[]> {
  const plane = await scenario.start();
  const failures: Failure[] = [];
  try {
    for (const fault of scenario.faults) failures.push(await runOne(scenario, plane, fault));
  } finally {
    await plane.close();
  }
  return failures;
}

async function runOne(
  { plane: id, part, title, asksForToken }: Scenario,
  plane: Assembly,
  fault: Scenario['faults'][number],
): Promise<Failure> {
  const ask = () => plane.authorizationServer.tokenFor('alice', { scope: 'models:read', resource });
  // a connection that was idle is closed meanwhile; who uses it first is told, and asks again
  const held = await ask().catch(ask);
  const wrong = await plane.authorizationServer.mint(foreign);
  const rightful = async () => {
    const token = asksForToken ? await within(patience, ask()) : held;
    return token === undefined ? 'no token' : send(plane, token, 'acme');
  };
  const attack = () => send(plane, wrong, victim);
  /** Seconds until calls succeed, so many in a row; null when the first does not in time. */
  const goodAfter = async (
    since: number,
    inARow: number,
    inTime: number,
  ): Promise<number | null> => {
    let first = since;
    for (let good = 0; good < inARow;) {
      if (good === 0 && Date.now() - since > inTime * 1000) return null;
      const isGood = (await rightful()) === '200';
      if (isGood && good === 0) first = Date.now();
      good = isGood ? good + 1 : 0;
    }
    return Math.ceil((first - since) / 100) / 10;
  };
  if ((await goodAfter(Date.now(), 1, 60)) === null) {
    throw new Error(`${id}, ${title}: nobody is served before anything is broken`);
  }
  plane.journal.clear();
  await plane.parts[part]?.break(fault);
  await delay(plane.settleMs * 1.5);
  const calls = Array.from({ length: callers }, rightful);
  const attacks = Array.from({ length: callers }, attack);
  const during = await Promise.all(calls);
  const attacked = await Promise.all(attacks);
  const mended = Date.now();
  await plane.parts[part]?.mend();
  const again = await goodAfter(mended, callers, goodWithin);
  await attack();
  return {
    plane: id,
    part: title,
    fault,
    verdict: effectsOf(plane).length === 0 ? 'closed' : 'open',
    calls: words(during),
    attacks: words(attacked),
    goodAfter: again,
  };
}

/** Whether the attack of the scenarios has an effect: what they would see of an open plane. */
export async function attackWorksOn(
  plane: Pick<Assembly, 'url' | 'journal' | 'authorizationServer'>,
): Promise<boolean> {
  await send(plane, await plane.authorizationServer.mint(foreign), victim);
  return effectsOf(plane).length > 0;
}

const effectsOf = ({ journal }: Pick<Assembly, 'journal'>) =>
  journal.calls.filter(({ arguments: { tenant } }) => tenant === victim);

const words = (statuses: string[]): string => [...new Set(statuses)].sort().join(', ');

/** What a promise gives in time; undefined when it fails or takes longer. */
async function within<Value>(ms: number, promise: Promise<Value>): Promise<Value | undefined> {
  const late = new AbortController();
  return Promise.race([
    promise.catch(() => undefined),
    delay(ms, undefined, { signal: late.signal }).catch(() => undefined),
  ]).finally(() => late.abort());
}

/** The status of an answer, or what was seen in place of one. */
async function send(
  { url, via }: Pick<Assembly, 'url' | 'via'>,
  token: string,
  tenant: string,
): Promise<string> {
  const headers = { host: url.host, ...mcpHeaders('list_models', token) };
  const body = toolCall('list_models', { tenant });
  const request = { method: 'POST', target: url.pathname, headers: Object.entries(headers), body };
  try {
    return String((await sendRaw(url, request, via?.(), patience)).status);
  } catch (error) {
    return (error as Error).message.startsWith('no answer') ? 'no answer' : 'no connection';
  }
}
