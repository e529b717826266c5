import { parseArgs } from 'node:util';
import { Journal } from './journal.ts';
import { startReferenceServer } from './reference-server.ts';

const help = `node patterns/reference-server/main.ts [--port 8080] [--host 127.0.0.1] [--path /mcp] [--legacy] [--journal FILE]

Serves model operations over MCP 2026-07-28 at the path; --legacy answers 2025-11-25 too;
--journal appends every executed call to FILE, one JSON object per line.`;

try {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '8080' },
      host: { type: 'string', default: '127.0.0.1' },
      path: { type: 'string', default: '/mcp' },
      legacy: { type: 'boolean', default: false },
      journal: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    console.log(help);
    process.exit(0);
  }
  const port = Number(values.port);
  if (!/^\d+$/.test(values.port) || port > 65_535)
    throw new Error(`--port ${values.port} is not a port`);
  const server = await startReferenceServer({
    port,
    host: values.host,
    path: `/${values.path.replace(/^\//, '')}`,
    legacy: values.legacy,
    journal: new Journal(values.journal),
  });
  console.log(`model-operations on ${server.url.href}`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void server.close().then(() => process.exit(0)));
  }
} catch (error) {
  const { code, message, path, port } = error as NodeJS.ErrnoException & { port?: number };
  if (code === 'EADDRINUSE') console.error(`--port ${port} is in use: choose another`);
  else if (path !== undefined) console.error(`--journal ${path} cannot be written (${code})`);
  else console.error(`${message.split('. ')[0]} (--help lists what there is)`);
  process.exit(1);
}
