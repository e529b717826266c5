import { main, Mistake } from '../lib/main.ts';
import { chromium } from './chromium.ts';
import { minors, type MinorName } from './kubernetes.ts';
import { schemas } from './schemas.ts';
import { tool } from './tool.ts';
import { tools } from './tools.ts';
import { wheel, wheels } from './wheels.ts';

const things = new Map<string, () => Promise<string>>([
  ...tools.map(({ name }) => [name, () => tool(name)] as const),
  ...(Object.keys(minors) as MinorName[]).map(
    (minor) => [`kubernetes-${minor}`, () => schemas(minor)] as const,
  ),
  ...wheels.map(({ name }) => [name, () => wheel(name)] as const),
  ['chromium', chromium],
]);

/** Obtain tools and schemas, or all of them, before anything that needs them runs. */
export async function obtain(names: Iterable<string> = things.keys()): Promise<string[]> {
  const places: string[] = [];
  for (const name of names) {
    const get = things.get(name);
    if (get === undefined) {
      throw new Mistake(`no tool "${name}": there are ${[...things.keys()].join(', ')}`);
    }
    places.push(`${name}  ${await get()}`);
  }
  return places;
}

if (import.meta.main) {
  await main(async () => {
    const named = process.argv.slice(2);
    const places = await (named.length > 0 ? obtain(named) : obtain());
    console.log(places.join('\n'));
  });
}
