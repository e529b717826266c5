import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { failuresFile } from '../evidence/evidence.ts';
import { root } from '../scripts/lib/paths.ts';
import { makeFailures } from './failures/make-failures.ts';
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
  const { failures } = failuresFile.parse(JSON.parse(await made));
  assert.ok(failures.length >= 13);
  const open = failures.filter(({ verdict }) => verdict !== 'closed');
  assert.deepEqual(open, []);
});

test('every plane serves again soon after a broken part is mended', async () => {
  const { failures } = failuresFile.parse(JSON.parse(await made));
  assert.deepEqual(
    failures.filter(({ goodAgain }) => !goodAgain),
    [],
  );
});

test('what each plane answers meanwhile is what is recorded', async () => {
  const recorded = readFileSync(join(root, 'evidence/failures.json'), 'utf8');
  assert.deepEqual(JSON.parse(await made), JSON.parse(recorded), 'npm run record accepts it');
});
