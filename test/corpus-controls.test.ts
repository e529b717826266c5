import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startReferenceServer } from '../patterns/reference-server/reference-server.ts';
import { Journal } from '../patterns/reference-server/journal.ts';
import type { Stage } from '../patterns/gate/stage.ts';
import { attacks } from './attacks/index.ts';
import type { Plane } from './contracts.ts';
import { problemsOf, runCorpus } from './corpus/run-corpus.ts';
import { startSurroundings } from './planes/protected-server.ts';
import { operations, speak } from './planes/reference-operations.ts';
import { typescript } from './planes/typescript.ts';

const some = attacks.filter(({ id }) => id === 'wrong-audience');

/** A plane with another stage in the place of the real one; it claims what the real one claims. */
function planeWith(stage: Stage, journal = new Journal()): Plane {
  const start: Plane['start'] = async () => {
    const around = await startSurroundings();
    const server = await startReferenceServer({ stages: [stage], journal });
    const { url } = server;
    return {
      targets: { server: { ...around, url, operations, speak, effects: journal } },
      close: async () => {
        await server.close();
        await around.close();
      },
    };
  };
  return { ...typescript, start };
}

async function problemsWith(plane: Plane): Promise<string> {
  const cases = await runCorpus([plane], some);
  assert.equal(cases.length, 1);
  return cases.flatMap(problemsOf).join('\n');
}

test('a plane that lets everything pass is red', async () => {
  assert.equal(
    await problemsWith(planeWith(() => undefined)),
    'typescript: wrong-audience: not refused, although claimed: deploy_model executed',
  );
});

test('a plane that refuses everything is red: the twin does not succeed', async () => {
  const refuse: Stage = () => ({ status: 401 });
  assert.match(
    await problemsWith(planeWith(refuse)),
    /^typescript: wrong-audience: the twin did not succeed: 401/,
  );
});

test('a refusal after the call was executed is red: the answer is not believed', async () => {
  const journal = new Journal();
  const late: Stage = () => {
    journal.append({ tool: 'deploy_model', arguments: {} });
    return { status: 401 };
  };
  assert.match(
    await problemsWith(planeWith(late, journal)),
    /wrong-audience: not refused, although claimed: deploy_model executed$/,
  );
});

test('a refusal for another reason than claimed is red', async () => {
  const stage: Stage = ({ headers }) => {
    const token = headers.find(([name]) => name === 'Authorization')?.[1].split('.')[1] ?? '';
    const { aud } = JSON.parse(Buffer.from(token, 'base64url').toString()) as { aud: string };
    return aud.includes('wiki') ? { status: 400 } : undefined;
  };
  assert.match(
    await problemsWith(planeWith(stage)),
    /^typescript: wrong-audience: refused with \{"status":"400"\} instead of \{"status":"401",/,
  );
});

test('a plane that does not start is an error', async () => {
  const start = (): never => {
    throw new Error('the plane did not start');
  };
  await assert.rejects(runCorpus([{ ...typescript, start }], some), /the plane did not start/);
});

test('a plane that starts without one of its surfaces is an error', async () => {
  const start: Plane['start'] = () =>
    Promise.resolve({ targets: {}, close: () => Promise.resolve() });
  await assert.rejects(
    runCorpus([{ ...typescript, start }], some),
    /wrong-audience: the plane says nothing about the surface "server" and did not start it/,
  );
});

test('a run of no plane and a run of no attack are errors', async () => {
  await assert.rejects(runCorpus([]), /no plane to run the corpus on/);
  await assert.rejects(runCorpus([typescript], []), /the corpus is empty/);
});

test('an attack that has no effect without a control is red', async () => {
  const refuse: Stage = () => ({ status: 401 });
  const baseline: Plane = {
    ...planeWith(refuse),
    id: 'unprotected',
    baseline: true,
    patterns: [],
  };
  assert.match(await problemsWith(baseline), /^unprotected: wrong-audience: does not work without/);
});
