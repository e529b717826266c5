import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { test, type TestContext } from 'node:test';
import { maxHeld, maxHeldForOne } from '../patterns/gate/held-bytes.ts';
import { maxBodySize, readBody } from '../patterns/gate/read-message.ts';
import type { Stage } from '../patterns/gate/stage.ts';
import { startGate } from '../patterns/gate/start-gate.ts';
import { startRecorder } from './lib/gate-fixture.ts';

/** Stands for authentication: the caller is who the request says. */
const named: Stage = async (request) => {
  const subject = request.headers.find(([name]) => name === 'caller')?.[1] ?? '';
  request.caller = { subject, issuer: '', clientId: '', scopes: [], until: Infinity, claims: {} };
  await request.message();
  return undefined;
};

async function startNamedGate(t: TestContext) {
  const server = await startRecorder(t);
  const gate = await startGate({ stages: [named], upstream: server.url });
  t.after(() => gate.close());
  const fill = 'a'.repeat(maxBodySize - 100);
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'a', params: { fill } });
  const head = (caller: string) =>
    `POST /mcp HTTP/1.1\r\nHost: a\r\ncaller: ${caller}\r\nContent-Type: application/json\r\n` +
    `Content-Length: ${body.length}\r\n\r\n`;
  /** Send all of a body but its last byte; undefined when the gate waits for it, or its status. */
  const holdOne = async (caller: string): Promise<{ socket: Socket; status?: string }> => {
    const socket = connect(Number(gate.url.port), '127.0.0.1').on('error', () => undefined);
    t.after(() => socket.destroy());
    const answered = new Promise<string>((resolve) => {
      socket.once('data', (data) => resolve(data.toString().slice(9, 12)));
    });
    await new Promise<void>((resolve) => {
      socket.write(head(caller) + body.slice(0, -1), () => resolve());
    });
    const status = await Promise.race([answered, delay(300)]);
    return { socket, ...(status !== undefined && { status }) };
  };
  /** Send a whole one; 0 where the connection is closed before its answer. */
  const send = async (caller: string): Promise<number> => {
    const headers = { caller, 'content-type': 'application/json' };
    const request = fetch(gate.url, { method: 'POST', headers, body });
    return request.then(({ status }) => status).catch(() => 0);
  };
  return { holdOne, send };
}

test('small chunks are copied together, and what is reserved for them is counted', async () => {
  const sent = 'a'.repeat(10_000);
  const chunks = Readable.from([...sent].map((letter) => Buffer.from(letter)));
  const held: number[] = [];
  const body = await readBody(chunks as IncomingMessage, (bytes) => held.push(bytes));
  assert.equal(body.toString(), sent);
  assert.equal(
    held.reduce((sum, bytes) => sum + bytes),
    body.buffer.byteLength,
  );
  assert.ok(body.buffer.byteLength < 2 * sent.length, `${body.buffer.byteLength} bytes`);
});

const largest = Math.floor(maxHeldForOne / maxBodySize);

test('one caller holds at most two of the largest bodies, and others none the less', async (t) => {
  const { holdOne, send } = await startNamedGate(t);
  assert.equal(largest, 2);
  const held = [await holdOne('mallory'), await holdOne('mallory')];
  assert.deepEqual(
    held.map(({ status }) => status),
    [undefined, undefined],
  );
  assert.equal((await holdOne('mallory')).status, '429');
  assert.equal(await send('alice'), 200);
  held.forEach(({ socket }) => socket.destroy());
  for (const until = Date.now() + 5_000; (await send('mallory')) !== 200; await delay(50)) {
    assert.ok(Date.now() < until, 'what is held is not given back');
  }
});

test('all callers together hold at most what the container has room for', async (t) => {
  const { holdOne } = await startNamedGate(t);
  const statuses: (string | undefined)[] = [];
  for (let caller = 0; caller <= maxHeld / maxBodySize; caller += 1) {
    statuses.push((await holdOne(`caller-${caller}`)).status);
  }
  assert.deepEqual(statuses.slice(0, -1), Array(maxHeld / maxBodySize).fill(undefined));
  assert.equal(statuses.at(-1), '503');
});
