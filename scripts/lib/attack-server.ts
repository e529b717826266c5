import type { Attack } from '../../test/contracts.ts';
import { checkServer } from '../../test/check/check.ts';
import { isLoopback } from '../../test/check/line.ts';
import { toMarkdown } from '../../test/check/report-markdown.ts';
import { toSarif } from '../../test/check/report-sarif.ts';
import { toText } from '../../test/check/report-text.ts';
import { exitCode, shower, toReport, type Report } from '../../test/check/report.ts';
import { run } from './children.ts';
import { Mistake } from './main.ts';

/** Options that only make sense beside --url. */
export const ofServer = {
  'token-command': { type: 'string' },
  tool: { type: 'string' },
  arguments: { type: 'string' },
  'i-own-this': { type: 'boolean' },
  rate: { type: 'string' },
  sarif: { type: 'boolean' },
  markdown: { type: 'boolean' },
} as const;

/** What the options of `npm run attack -- --url` say. */
export interface ServerOptions {
  url: string;
  'token-command'?: string;
  tool?: string;
  arguments?: string;
  'i-own-this'?: boolean;
  rate?: string;
  json?: boolean;
  sarif?: boolean;
  markdown?: boolean;
}

export const serverHelp = `a server of your own:

--url <url>               its MCP endpoint; each attack is sent with and without its one fault
--token-command <cmd>     a shell command that prints a valid access token for it
--tool <name>             call this tool, which only reads, in place of one that says that it does
--arguments <json>        with these arguments
--i-own-this              allow a host other than this machine (https only)
--rate <n>                requests a second, 1 to 50 (default 10)
--json, --sarif, --markdown   the report for a program, for code scanning, for an issue
exit code: 0 everything sent was refused, 2 something passed, 3 nothing passed and something could
not be judged, 1 the check did not run
example: npm run attack -- --url http://127.0.0.1:8930/mcp --token-command 'npm run -s token -- alice' --tool list_models --arguments '{"tenant":"acme"}'`;

/** Send what takes no more than a valid token to a server of the reader's own; returns the report. */
export async function attackServer(
  options: ServerOptions,
  chosen: readonly Attack[],
): Promise<{ text: string; code: number }> {
  const attacks = chosen.filter((attack) => attack.surface === 'server');
  if (attacks.length === 0)
    throw new Mistake('--url is of a server, and these are attacks on a client');
  const url = readUrl(options.url, options['i-own-this'] === true);
  const perSecond = readRate(options.rate ?? '10');
  const named = readNamed(options);
  const write = reportWriter(options);
  const token = await readToken(options['token-command']);
  const check = await checkServer({
    url,
    token,
    named,
    perSecond,
    attacks,
    progress: (done) => showProgress(done, attacks.length),
  }).catch((error: Error) => {
    // it may quote the server, and the server may quote the token
    throw new Mistake(shower([token], 600)(error.message));
  });
  const report = toReport(check);
  return { text: write(report), code: exitCode(report) };
}

function readUrl(text: string, owned: boolean): URL {
  if (!URL.canParse(text))
    throw new Mistake(`--url "${text}" is no URL: write http://127.0.0.1:PORT/mcp`);
  const url = new URL(text);
  if (!['http:', 'https:'].includes(url.protocol)) {
    throw new Mistake(`--url ${url.protocol}// is neither http nor https`);
  }
  if (url.username + url.password + url.search + url.hash !== '') {
    throw new Mistake('--url has a user, a query or a fragment: name the endpoint alone');
  }
  if (isLoopback(url)) return url;
  if (!owned) {
    throw new Mistake(
      `--url ${url.host} is not this machine: add --i-own-this if the server is yours to test`,
    );
  }
  if (url.protocol === 'https:') return url;
  throw new Mistake(
    `--url ${url.host} has no TLS, and a token would go there in the clear: use https, or forward a port to this machine`,
  );
}

function readRate(text: string): number {
  if (/^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= 50) return Number(text);
  throw new Mistake(`--rate "${text}" is not a number from 1 to 50`);
}

function readNamed({ tool, arguments: text }: ServerOptions) {
  if (text === undefined) return tool === undefined ? {} : { tool };
  if (tool === undefined) throw new Mistake('--arguments belongs to a tool: add --tool NAME');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return { tool, arguments: value as Record<string, unknown> };
  }
  throw new Mistake(`--arguments ${text} is no JSON object: write '{"name":"value"}'`);
}

function reportWriter({ json, sarif, markdown }: ServerOptions): (report: Report) => string {
  const chosen = [
    ...(json ? [(report: Report) => JSON.stringify(report, null, 2)] : []),
    ...(sarif ? [toSarif] : []),
    ...(markdown ? [toMarkdown] : []),
  ];
  if (chosen.length > 1) throw new Mistake('choose one of --json, --sarif and --markdown');
  return chosen[0] ?? toText;
}

/** Run the command and take what it prints; nothing of that is ever shown. */
async function readToken(command: string | undefined): Promise<string> {
  if (command === undefined) {
    throw new Mistake('--token-command is missing: a shell command that prints an access token');
  }
  const { code, stdout } = await run('sh', ['-c', command], { timeoutMs: 60_000 });
  if (code !== 0) {
    throw new Mistake(`--token-command ended with ${code}: run it by itself to see why`);
  }
  const token = stdout.trim();
  if (/^[A-Za-z0-9\-._~+/]+=*$/.test(token)) return token;
  throw new Mistake(
    `--token-command printed ${token.length} characters that are no bearer token: have it print the token alone`,
  );
}

function showProgress(done: number, total: number): void {
  if (!process.stderr.isTTY) return;
  process.stderr.write(done < total ? `\r\x1b[K${done} of ${total}` : '\r\x1b[K');
}
