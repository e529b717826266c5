import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { startClientHop } from '../corpus/client-hop.ts';
import { readResponse } from '../corpus/json-rpc.ts';
import { sendRaw, type RawAnswer, type RawRequest } from '../corpus/raw-http.ts';
import { ask, post } from '../corpus/speak.ts';
import { speakTo, type Before } from '../planes/before-server.ts';
import { legitimate, resource, type From, type ServerTarget } from '../surfaces/server.ts';
import type { RunServer, Version } from './server.ts';

/** What each legitimate call met: `works`, or the answer in its own words. */
export type Calls = Map<string, string>;

/** What became of the calls, and what the client showed of itself in them. */
export interface Made {
  calls: Calls;
  /** The fields of MCP that the client of the SDK sent. */
  fields: string[];
  /** The server gave the conversation an id. */
  session: boolean;
}

/** Make every legitimate call of a client that speaks this revision, each as one who may. */
export async function makeCalls(
  before: Before,
  server: RunServer,
  version: Version,
): Promise<Made> {
  const near = await startClientHop(before.url, before);
  try {
    return await makeCallsFrom(near.url, before, server, version);
  } finally {
    await near.close();
  }
}

async function makeCallsFrom(
  near: URL,
  before: Before,
  server: RunServer,
  version: Version,
): Promise<Made> {
  const { url, via, around, hop } = before;
  const calls: Calls = new Map();
  const tokenOf = (from: From): Promise<string> => {
    const { subject, scope } = legitimate[from];
    return around.authorizationServer.tokenFor(subject, { scope, resource });
  };
  const reader = await tokenOf('read');
  hop.clear();
  calls.set(clientCall[version], await useClient(near, reader, server, version));
  const fields = [...hop.fields].filter((name) => name.startsWith('mcp-')).sort();

  const modern = version === '2026-07-28';
  const speak = await speakTo(before, version);
  const sendOne = (request: RawRequest) => sendRaw(url, request, via).then(words);
  const send = (token: string, operation: ServerTarget['operations'][From]) =>
    sendOne(ask(url, token, operation, speak));
  calls.set('tools/list', await send(reader, { method: 'tools/list', params: {} }));
  for (const [from, name] of Object.entries(named) as [From, string][]) {
    calls.set(name, await send(await tokenOf(from), server.operations[from]));
  }
  if (modern) return { calls, fields, session: false };

  const { headers } = speak({ method: 'ping', params: {} });
  const session = headers.some(([name]) => name === 'Mcp-Session-Id');
  calls.set('ping', await send(reader, { method: 'ping', params: {} }));
  const question = post(url, reader, { id: 99, result: {} }, headers);
  calls.set('an answer to the server’s question', await sendOne(question));
  if (!session) return { calls, fields, session };
  const ofSession = { target: url.pathname, headers: question.headers };
  calls.set('GET: a stream for notifications', await beginning(near, question.headers));
  calls.set('DELETE: the end of the session', await sendOne({ ...ofSession, method: 'DELETE' }));
  return { calls, fields, session };
}

const clientCall: Record<Version, string> = {
  '2026-07-28': 'the client of the SDK that asks for the newest revision',
  '2025-11-25': 'the client of the SDK as it is by default',
};

const named: Record<From, string> = {
  read: 'tools/call: reads',
  write: 'tools/call: writes',
  destroy: 'tools/call: destroys',
  resource: 'resources/read',
};

/** Connect, list the tools, call the one that reads, read a resource, and close. */
async function useClient(
  url: URL,
  token: string,
  { operations }: RunServer,
  version: Version,
): Promise<string> {
  const client = new Client(
    { name: 'corpus', version: '1' },
    version === '2026-07-28' ? { versionNegotiation: { mode: 'auto' } } : {},
  );
  const requestInit = { headers: { authorization: `Bearer ${token}` } };
  try {
    await client.connect(new StreamableHTTPClientTransport(url, { requestInit }));
    await client.listTools();
    const { read, resource } = operations;
    const call = read.params as { name: string; arguments: Record<string, unknown> };
    const { isError } = await client.callTool(call);
    await client.readResource(resource.params as { uri: string });
    return isError === true ? 'an error of the tool' : 'works';
  } catch (error) {
    return (error as Error).message;
  } finally {
    await client.close();
  }
}

/** Say what an answer is: what succeeded works, everything else is quoted. */
function words(answer: RawAnswer): string {
  const { status, reason } = answer;
  const response = readResponse(answer);
  const failed = response?.error !== undefined || response?.result?.['isError'] === true;
  if (status < 300 && !failed) return 'works';
  return `${status} ${response?.error?.message ?? reason}`;
}

/** Read the head of an answer that does not end. */
async function beginning(url: URL, headers: RawRequest['headers']): Promise<string> {
  const own = headers.filter(([name]) => name !== 'Host');
  const answer = await fetch(url, { headers: Object.fromEntries(own) });
  await answer.body?.cancel();
  return answer.ok ? 'works' : `${answer.status} ${answer.statusText}`;
}
