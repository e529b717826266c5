import { isDeepStrictEqual } from 'node:util';
import { Mistake } from '../../scripts/lib/main.ts';
import type { ServerAttack } from '../contracts.ts';
import type { Attacker } from '../corpus/attacker.ts';
import type { RawRequest } from '../corpus/raw-http.ts';
import { compose, isChanged, opaque, takeApart, type Token } from '../corpus/token.ts';
import { setOperation, toRequest } from '../surfaces/server.ts';
import type { ServerExchange, ServerTarget } from '../surfaces/server.ts';
import type { Chosen } from './choose.ts';
import type { Greeting } from './greet.ts';
import { isLoopback, type Line } from './line.ts';
import { noReply, readReply, remarkOn, type Reply } from './reply.ts';
import { NeedsMore, standIn } from './stand-in.ts';

/** What became of one attack. */
export interface Outcome {
  verdict: 'passed' | 'unclear' | 'refused' | 'not-sent';
  /** The answer in its own words, or why nothing was sent. */
  why: string;
  /** What is left to wish for in a refusal. */
  remark?: string;
}

/** Makes each attack of the corpus from one call that only reads, and sends it and its twin. */
export class Sender {
  /** Every token that was sent, valid or forged. */
  readonly tokens = new Set<string>();
  readonly #line: Line;
  readonly #token: string;
  readonly #chosen: Chosen;
  readonly #target: ServerTarget;

  constructor(line: Line, token: string, greeting: Greeting, chosen: Chosen, attacker: Attacker) {
    this.#line = line;
    this.#token = token;
    this.#chosen = chosen;
    const { tool, resource = tool } = chosen;
    this.#target = {
      url: line.url,
      authorizationServer: standIn,
      attacker,
      operations: { write: tool, read: tool, destroy: tool, unlisted: tool, resource },
      speak: greeting.speak,
      effects: { calls: [], clear: () => undefined },
    };
  }

  /** Send the call that nothing is wrong with: without its result no refusal means anything. */
  async legitimate(): Promise<void> {
    const { kind, words } = await this.#send(await this.#request(this.#exchange()));
    if (kind === 'result') return;
    const name = String(this.#chosen.tool.params['name']);
    throw new Mistake(
      `the legitimate call of ${name} was answered ${words}: name a tool and arguments that succeed, with --tool NAME --arguments JSON`,
    );
  }

  async find(attack: ServerAttack): Promise<Outcome> {
    try {
      return await this.#try(attack);
    } catch (error) {
      if (error instanceof NeedsMore) return { verdict: 'not-sent', why: error.message };
      throw error;
    }
  }

  async #try(attack: ServerAttack): Promise<Outcome> {
    const { from, given, change, twin, refused } = attack;
    if (from === 'destroy') throw new NeedsMore('it calls a tool that destroys');
    if (given !== undefined) throw new NeedsMore('it takes steps at the authorization server');
    if (from === 'resource' && this.#chosen.resource === undefined) {
      throw new NeedsMore('the server lists no resource');
    }
    const exchange = this.#exchange(from);
    change(exchange, this.#target);
    const mended = this.#exchange(from);
    twin?.(mended, this.#target);
    const [attackRequest, twinRequest] = [
      await this.#request(exchange),
      await this.#request(mended),
    ];
    if (isDeepStrictEqual(attackRequest, twinRequest)) {
      throw new NeedsMore('it would change nothing in the legitimate call');
    }
    const reply = await this.#send(attackRequest, Number(refused.status));
    return judge(reply, await this.#send(twinRequest), refused.status);
  }

  #exchange(from?: string): ServerExchange {
    const token = readToken(this.#token);
    const target = this.#line.url.pathname;
    const exchange = { target, headers: [], token, method: '', params: {} };
    setOperation(exchange, this.#target, from === 'resource' ? 'resource' : 'read');
    return exchange;
  }

  async #request(exchange: ServerExchange): Promise<RawRequest> {
    const { token } = exchange;
    if (isChanged(token) && Object.keys(token.header).length === 0) {
      throw new NeedsMore('it takes a token that can be read, and this one is no JWT');
    }
    if (token.key === 'own key at jku' && !isLoopback(this.#line.url)) {
      throw new NeedsMore('it takes a host where the server can fetch a key');
    }
    const composed = await compose(token, standIn, this.#target.attacker);
    this.tokens.add(composed);
    return toRequest(exchange, composed);
  }

  #send(request: RawRequest, expected?: number): Promise<Reply> {
    return this.#line.send(request).then((answer) => readReply(answer, expected), noReply);
  }
}

/** A refusal counts when the answer says no and the same call without the fault is executed. */
function judge(reply: Reply, twin: Reply, expected: string): Outcome {
  if (reply.kind === 'result') return { verdict: 'passed', why: 'executed' };
  if (reply.kind === 'unclear') return { verdict: 'unclear', why: reply.words };
  if (twin.kind !== 'result') {
    return { verdict: 'unclear', why: `${reply.words}; then its twin: ${twin.words}` };
  }
  const remark = remarkOn(reply, expected);
  return { verdict: 'refused', why: reply.words, ...(remark !== undefined && { remark }) };
}

/** A token that is no JWT can be sent, and nothing in it can be changed. */
function readToken(token: string): Token {
  try {
    return takeApart(token);
  } catch {
    return opaque(token);
  }
}
