import { setTimeout as delay } from 'node:timers/promises';
import { sendRaw, type RawAnswer, type RawRequest } from '../corpus/raw-http.ts';

/** How many requests one check may send, whatever the corpus grows to. */
export const mostRequests = 300;

/** Sends to a server one request after the other, not faster than agreed and not without end. */
export class Line {
  readonly url: URL;
  readonly perSecond: number;
  /** Requests sent so far. */
  sent = 0;
  #next = 0;

  constructor(url: URL, perSecond: number) {
    this.url = url;
    this.perSecond = perSecond;
  }

  async send(request: RawRequest): Promise<RawAnswer> {
    if (this.sent >= mostRequests) throw new Error(`more than ${mostRequests} requests`);
    await delay(Math.max(0, this.#next - Date.now()));
    this.#next = Date.now() + 1000 / this.perSecond;
    this.sent += 1;
    return sendRaw(this.url, request);
  }
}

/** Whether an address is of this machine alone. */
export function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}
