import { main, Mistake } from '../lib/main.ts';
import { chromium } from './chromium.ts';
import { keycloak } from './keycloak.ts';
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
  ['keycloak', keycloak],
]);

/** Begin to obtain tools and schemas, one after the other; each is awaited by its name. */
export function obtain(names: Iterable<string>): Map<string, Promise<string>> {
  const places = new Map<string, Promise<string>>();
  let before: Promise<unknown> = Promise.resolve();
  for (const name of names) {
    const get = things.get(name);
    if (get === undefined) {
      throw new Mistake(`no tool "${name}": there are ${[...things.keys()].join(', ')}`);
    }
    const place = before.then(get);
    // one that fails fails who awaits it, and does not keep the next from being obtained
    before = place.catch(() => undefined);
    places.set(name, place);
  }
  return places;
}

if (import.meta.main) {
  await main(async () => {
    const named = process.argv.slice(2);
    for (const name of named.length > 0 ? named : things.keys()) {
      console.log(`${name}  ${await obtain([name]).get(name)}`);
    }
  });
}
