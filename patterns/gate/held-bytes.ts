import { Refusal, rpcError } from './refusal.ts';

/** Most bytes of bodies held at once for one caller: two of the largest. */
export const maxHeldForOne = 8 * 1024 * 1024;

/** Most bytes of bodies held at once for all callers; the container's memory has room for them. */
export const maxHeld = 32 * 1024 * 1024;

/** Counts the bodies that are held from their first byte to the end of their answer. */
export class HeldBytes {
  #all = 0;
  readonly #of = new Map<string, number>();

  /** Begin the share of one request. */
  share(): Share {
    let taken = 0;
    let of = '';
    return {
      take: (bytes, owner) => {
        of = owner;
        const held = (this.#of.get(owner) ?? 0) + bytes;
        if (held > maxHeldForOne) throw busy(429, 'too many large messages of one caller at once');
        if (this.#all + bytes > maxHeld) throw busy(503, 'too many large messages at once');
        this.#all += bytes;
        this.#of.set(owner, held);
        taken += bytes;
      },
      release: () => {
        const left = (this.#of.get(of) ?? 0) - taken;
        if (left > 0) this.#of.set(of, left);
        else this.#of.delete(of);
        this.#all -= taken;
        taken = 0;
      },
    };
  }
}

/** What one request holds. */
export interface Share {
  /** Count more bytes of its body for a caller; throws a Refusal (429 or 503) beyond a bound. */
  take: (bytes: number, owner: string) => void;
  /** Hold nothing any more. */
  release: () => void;
}

function busy(status: number, text: string): Refusal {
  return new Refusal(rpcError(status, -32603, text, { 'retry-after': '5', connection: 'close' }));
}
