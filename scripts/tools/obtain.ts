// Builds every tool and schema that the tests need, or only those named, before anything runs.
import { main, Mistake } from '../lib/main.ts';
import { minors, type MinorName } from './kubernetes.ts';
import { schemas } from './schemas.ts';
import { tool } from './tool.ts';
import { tools } from './tools.ts';

const things = new Map<string, () => Promise<string>>([
  ...tools.map(({ name }) => [name, () => tool(name)] as const),
  ...(Object.keys(minors) as MinorName[]).map(
    (minor) => [`kubernetes-${minor}`, () => schemas(minor)] as const,
  ),
]);

await main(async () => {
  const named = process.argv.slice(2);
  const names = named.length > 0 ? named : [...things.keys()];
  for (const [index, name] of names.entries()) {
    const obtain = things.get(name);
    if (obtain === undefined) {
      throw new Mistake(`no tool "${name}": there are ${[...things.keys()].join(', ')}`);
    }
    console.log(`${index + 1} of ${names.length}  ${name}  ${await obtain()}`);
  }
});
