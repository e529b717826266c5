/** Yield every step once, in order, save that one whose needs are there goes before one that waits. */
export async function* readyFirst<S extends { needs?: readonly string[] }>(
  steps: readonly S[],
  obtained: ReadonlyMap<string, Promise<unknown>>,
): AsyncGenerator<{ step: S; ready: Promise<unknown> }> {
  const waiting = new Set(steps.map((step) => ({ step, ready: readyOf(step, obtained) })));
  const settled = new Set<S>();
  for (const { step, ready } of waiting)
    ready.catch(() => undefined).finally(() => settled.add(step));
  while (waiting.size > 0) {
    // what is there already has been noticed after one turn
    await new Promise((resolve) => setImmediate(resolve));
    const next = [...waiting].find(({ step }) => settled.has(step));
    if (next === undefined) {
      await Promise.race([...waiting].map(({ ready }) => ready.catch(() => undefined)));
      continue;
    }
    waiting.delete(next);
    yield next;
  }
}

/** Wait for all that a step needs; what failed is told once all have ended. */
async function readyOf(
  { needs = [] }: { needs?: readonly string[] },
  obtained: ReadonlyMap<string, Promise<unknown>>,
): Promise<void> {
  const places = needs.map(async (name) => {
    if (!obtained.has(name)) throw new Error(`nobody obtains ${name}`);
    await obtained.get(name);
  });
  const failed = (await Promise.allSettled(places)).find(({ status }) => status === 'rejected');
  if (failed !== undefined) await Promise.all(places);
}
