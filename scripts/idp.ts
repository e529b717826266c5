import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs, styleText } from 'node:util';
import { scopes, subjects } from '../patterns/reference-server/subjects.ts';
import { addPeople } from './keycloak/people.ts';
import { startKeycloak } from './keycloak/start.ts';
import { main, Mistake } from './lib/main.ts';
import { writeServed } from './lib/served.ts';
import { progress } from './tools/progress.ts';

const help = `npm run idp [-- --port 8932 --resource https://mcp.example.com/mcp]

Starts Keycloak on loopback with the realm of the token-authentication pattern and the people of the
examples, until it is interrupted. It keeps nothing: passwords and secrets are new each time.

example: npm run idp -- --resource http://127.0.0.1:8930/mcp`;

await main(async () => {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '8932' },
      resource: { type: 'string', default: 'https://mcp.example.com/mcp' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return console.log(help);
  const { port, resource } = values;
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    throw new Mistake(`--port "${port}" is not a port: give a number up to 65535`);
  }
  if (!URL.canParse(resource)) {
    throw new Mistake(`--resource "${resource}" is no URL: give that of the MCP endpoint`);
  }
  const keycloak = await progress('starting Keycloak, a minute or more', () =>
    startKeycloak({ port: Number(port), resource }),
  );
  const passwords = await addPeople(keycloak.admin);
  const { issuer, jwksUri, secrets, readySeconds } = keycloak;
  const made = {
    secrets: Object.fromEntries(secrets),
    passwords: Object.fromEntries(passwords),
  };
  writeServed({ issuer, resource, ...made }, 'idp');
  console.log(`Keycloak  ${issuer}  (ready after ${Math.round(readySeconds)} s)`);
  console.log(`\n${styleText('bold', '# settings')}`);
  console.log(`resource: ${resource}\nissuer: ${issuer}\njwks: ${jwksUri}`);
  console.log(`algorithms: ES256\nscopes: ${scopes.join(' ')}`);
  for (const { name, shows, clientId } of subjects) {
    if (clientId === '') continue;
    const password = passwords.get(name);
    console.log(`\n${styleText('bold', `# ${name}: ${shows}`)}`);
    if (password !== undefined) console.log(`# signs in as ${name} with ${password}`);
    console.log(`npm run -s token -- ${name} --idp`);
  }
  console.log('\nCtrl-C ends it, and with it all that it knows.');
  // Keycloak is another process, so something must keep this one
  while (keycloak.running()) await sleep(500);
  throw new Mistake('Keycloak has ended');
});
