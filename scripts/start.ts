import { createServer } from 'node:http';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import sirv from 'sirv';
import { build } from './build.ts';
import { main, Mistake } from './lib/main.ts';
import { root } from './lib/paths.ts';

const help = `npm start [-- --port 4321]   build the site and the PDF, and serve them on this machine

example: npm start -- --port 8000`;

await main(async () => {
  const { values } = parseArgs({
    options: { help: { type: 'boolean', short: 'h' }, port: { type: 'string', default: '4321' } },
  });
  if (values.help) return console.log(help);
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Mistake(`--port ${values.port}: give a number from 0 to 65535`);
  }
  const files = createServer();
  await new Promise<void>((resolve, reject) => {
    files.once('error', reject);
    files.listen(port, '127.0.0.1', resolve);
  });
  try {
    await build();
  } catch (error) {
    files.close();
    throw error;
  }
  const dist = join(root, 'dist');
  const base = process.env['SITE_BASE'] ?? '/';
  const serve = sirv(dist, { dev: true, etag: true });
  files.on('request', (request, response) => {
    if (!request.url?.startsWith(base)) return response.writeHead(302, { location: base }).end();
    request.url = `/${request.url.slice(base.length)}`;
    serve(request, response, () => void response.writeHead(404).end('not found'));
  });
  const address = files.address();
  const actual = typeof address === 'object' ? address?.port : port;
  console.log(`site  http://127.0.0.1:${actual}${base}`);
  console.log(`PDF   http://127.0.0.1:${actual}${base}whitepaper.pdf`);
  console.log('Ctrl-C stops it.');
  await new Promise(() => undefined);
});
