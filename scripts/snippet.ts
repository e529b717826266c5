import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { start } from './lib/children.ts';
import { main, Mistake } from './lib/main.ts';
import { root } from './lib/paths.ts';
import { listSnippets } from './lib/snippets.ts';

const help = `npm run snippet <path>   run a program that a page shows

example: npm run snippet patterns/token-authentication/protect.ts`;

await main(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) return console.log(help);
  const [path = ''] = positionals;
  const snippets = listSnippets();
  const among = `there are: ${snippets.join(' ')}`;
  if (positionals.length !== 1) throw new Mistake(`name one snippet; ${among}`);
  const snippet = path.replace(/^\.\//, '');
  if (!snippets.includes(snippet) || !existsSync(join(root, snippet))) {
    throw new Mistake(`no snippet "${path}"; ${among}`);
  }
  const child = start(process.execPath, [join(root, snippet)], { stdio: 'inherit' });
  const [code] = (await once(child, 'exit')) as [number | null];
  process.exitCode = code ?? 1;
});
