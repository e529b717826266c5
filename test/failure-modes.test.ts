import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFailures } from '../evidence/read.ts';
import { root } from '../scripts/lib/paths.ts';
import { makeFailures, timeless } from './failures/make-failures.ts';
import { attackWorksOn } from './failures/scenarios.ts';
import { unprotected } from './planes/unprotected.ts';

const made = makeFailures();

test('the attack that is sent while parts are broken works on a server without any control', async () => {
  const { targets, close } = await unprotected.start();
  assert.ok(targets.server);
  const { url, effects, authorizationServer } = targets.server;
  assert.equal(await attackWorksOn({ url, journal: effects, authorizationServer }), true);
  await close();
});

test('no plane opens while a part of it is killed, slow or answers garbage', async () => {
  const { failures } = await made;
  assert.ok(failures.length >= 24);
  const open = failures.filter(({ verdict }) => verdict !== 'closed');
  assert.deepEqual(open, []);
});

test('every plane serves again soon after a broken part is mended', async () => {
  const { failures } = await made;
  assert.deepEqual(
    failures.filter(({ goodAfter }) => goodAfter === null),
    [],
  );
});

test('what each plane answers meanwhile is what is recorded', async () => {
  const recorded = timeless(readFailures(root));
  assert.deepEqual(timeless(await made), recorded, 'npm run record accepts it');
});
