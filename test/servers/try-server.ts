import type { Conversation, ServerFile } from '../../evidence/servers.ts';
import { inputFiles, inputsDigest } from '../../evidence/inputs.ts';
import { root } from '../../scripts/lib/paths.ts';
import { attacks } from '../attacks/index.ts';
import { verdictOf } from '../corpus/matrix.ts';
import { problemsOf, runCorpus, type Case } from '../corpus/run-corpus.ts';
import { release } from '../corpus/version-of.ts';
import { bare, planeBefore, startBefore, type Front } from '../planes/before-server.ts';
import { gateFront } from '../planes/typescript-gate.ts';
import { makeCalls, type Calls } from './calls.ts';
import type { RunServer, Version } from './server.ts';

/** What stands before the servers, one after the other. */
export const fronts: Front[] = [gateFront];

const onServers = attacks.filter(({ surface }) => surface === 'server');

/** Send every attack and make every call, with nothing before a server and with each front. */
export async function tryServer(server: RunServer): Promise<ServerFile> {
  const conversations: Conversation[] = [];
  for (const version of server.versions) conversations.push(await converse(server, version));
  const files = inputFiles(root);
  return {
    server: server.id,
    title: server.title,
    component: await server.component(),
    release: release(),
    inputs: { files, sha256: inputsDigest(files, root) },
    conversations,
  };
}

async function converse(server: RunServer, version: Version): Promise<Conversation> {
  const open = await runCorpus([planeBefore(bare, server, version)], onServers);
  const without = open.filter((done) => !executed(done));
  const alone = await callThrough(bare, server, version);
  const planes: Conversation['planes'] = [];
  const others: [id: string, calls: Calls][] = [];
  for (const front of fronts) {
    const cases = await runCorpus([planeBefore(front, server, version)], onServers);
    const problems = cases.flatMap(problemsOf);
    if (problems.length > 0) throw new Error(`${server.id}, ${version}: ${problems.join('; ')}`);
    const refused = cases.filter((done) => verdictOf(done) === 'refused').length;
    const through = cases.filter((done) => verdictOf(done) === 'works').map(exception);
    planes.push({ plane: front.id, refused, through });
    others.push([front.id, (await callThrough(front, server, version)).calls]);
  }
  return {
    version,
    session: alone.session,
    fields: alone.fields,
    sent: open.length,
    works: open.length - without.length,
    without: without.map(exception),
    planes,
    calls: [...alone.calls].map(([call, answer]) => ({
      call,
      bare: answer,
      planes: Object.fromEntries(others.map(([id, calls]) => [id, calls.get(call) ?? 'not made'])),
    })),
  };
}

async function callThrough(front: Front, server: RunServer, version: Version) {
  const running = await startBefore(front, server);
  try {
    return await makeCalls(running, server, version);
  } finally {
    await running.close();
  }
}

/** Whether the server itself did what the attack asks: that it arrived says nothing here. */
function executed({ trial }: Case): boolean {
  return trial !== undefined && trial.attack.ok && trial.attack.effect !== undefined;
}

function exception({ attack, trial }: Case): { attack: string; why: string } {
  const [first = ''] = trial?.attack.answer ?? [];
  return { attack: attack.id, why: first.replace('HTTP/1.1 ', '') };
}

/** The files of evidence/servers that trying these servers gives. */
export async function recordServers(servers: readonly RunServer[]): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const server of servers) {
    const found = await tryServer(server);
    files.set(`evidence/servers/${server.id}.json`, `${JSON.stringify(found, null, 2)}\n`);
  }
  return files;
}
