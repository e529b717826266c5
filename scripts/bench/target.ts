import { compose } from '../../test/corpus/token.ts';
import { server, toRequest } from '../../test/surfaces/server.ts';
import { main, Mistake } from '../lib/main.ts';
import { starts, type TargetId } from './targets.ts';

/** What the load generator needs to know of a target; printed as one line of JSON. */
export interface Ready {
  url: string;
  path: string;
  headers: Record<string, string>;
  body: string;
  /** By TLS: the name and the certificate that it shows. */
  tls?: { servername: string; ca: string };
}

/** A process of its own for one target, so that its CPU time is its own; ends with its parent. */
await main(async () => {
  const start = starts[process.argv[2] as TargetId];
  if (start === undefined) throw new Mistake(`no target "${process.argv[2]}"`);
  const { targets } = await start();
  const target = targets.server;
  if (target === undefined) throw new Mistake(`${process.argv[2]} has no server`);
  const exchange = await server.legitimate(target, 'read');
  const token = await compose(exchange.token, target.authorizationServer, target.attacker);
  const request = toRequest(exchange, token);
  const { via } = target;
  const ready: Ready = {
    url: via === undefined ? target.url.origin : `https://127.0.0.1:${via.port}`,
    path: request.target,
    headers: Object.fromEntries(request.headers),
    body: request.body ?? '',
    ...(via !== undefined && { tls: { servername: target.url.hostname, ca: via.ca } }),
  };
  console.log(JSON.stringify(ready));
  await new Promise((resolve) => process.stdin.once('close', resolve).resume());
  process.exit(0);
});
