import { parseArgs } from 'node:util';
import { requestToken } from '../patterns/reference-server/grants.ts';
import { subjects } from '../patterns/reference-server/subjects.ts';
import { main, Mistake } from './lib/main.ts';
import { nothingServed, readServed } from './lib/served.ts';
import { signIn } from './keycloak/sign-in.ts';

const help = `npm run token -- <subject> [--scope "<scope> …"] [--idp]

Prints an access token of the authorization server that "npm run serve" started; with --idp, of the
Keycloak that "npm run idp" started.
Subjects: ${subjects.map(({ name }) => name).join(' ')}

example: npm run -s token -- alice --scope models:read`;

await main(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      scope: { type: 'string' },
      idp: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return console.log(help);
  const [subject = ''] = positionals;
  const known = subjects.find(({ name }) => name === subject);
  if (known === undefined || positionals.length !== 1) {
    const names = subjects.map(({ name }) => name).join(' ');
    throw new Mistake(`name one subject instead of "${positionals.join(' ')}": ${names}`);
  }
  if (known.scopes.length === 0) throw new Mistake(`${subject} has no valid credential`);
  const by = values.idp ? 'idp' : 'serve';
  const { issuer, resource, secrets, passwords } = readServed(by);
  const secret = secrets[known.clientId];
  const token = await requestToken({
    issuer,
    subject,
    resource,
    scope: values.scope,
    secret,
    ...(passwords && { signIn: (url, name) => signIn(url, name, passwords[name] ?? '') }),
  }).catch((error: Error & { error_description?: string }) => {
    if (error.message === 'fetch failed') throw nothingServed(by);
    const why = error.error_description ?? error.message;
    throw new Mistake(`${subject} is given no token for "${values.scope ?? ''}": ${why}`);
  });
  console.log(token);
});
