import type { Conversation, ServerFile } from '../../evidence/servers.ts';
import { inputFiles, inputsDigest } from '../../evidence/inputs.ts';
import { root } from '../../scripts/lib/paths.ts';
import { attacks } from '../attacks/index.ts';
import { verdictOf } from '../corpus/matrix.ts';
import { problemsOf, runCorpus, type Case } from '../corpus/run-corpus.ts';
import { release } from '../corpus/version-of.ts';
import { bare, planeBefore, startBefore, type Front } from '../planes/before-server.ts';
import { gatewayFront } from '../planes/gateway-front.ts';
import { gateFront } from '../planes/typescript-gate.ts';
import { makeCalls, type Calls, type Made } from './calls.ts';
import type { RunServer, Version } from './server.ts';

/** What stands before the servers, one after the other. */
export const fronts: Front[] = [gateFront, gatewayFront];

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
  const { cases: open, made: alone } = await tryThrough(bare, server, version);
  const without = open.filter((done) => !executed(done));
  const planes: Conversation['planes'] = [];
  const others: [id: string, calls: Calls][] = [];
  for (const front of fronts) {
    const { cases, made } = await tryThrough(front, server, version);
    const problems = cases.flatMap(problemsOf);
    if (problems.length > 0) throw new Error(`${server.id}, ${version}: ${problems.join('; ')}`);
    const of = Map.groupBy(cases, verdictOf);
    const notClaimed = of.get('refused-not-claimed')?.length ?? 0;
    const through = (of.get('works') ?? []).map(exception);
    planes.push({
      plane: front.id,
      refused: notClaimed + (of.get('refused')?.length ?? 0),
      notClaimed,
      through,
    });
    others.push([front.id, made.calls]);
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

async function tryThrough(
  front: Front,
  server: RunServer,
  version: Version,
): Promise<{ cases: Case[]; made: Made }> {
  const before = await startBefore(front, server);
  try {
    const cases = await runCorpus([planeBefore(front, server, version, before)], onServers);
    return { cases, made: await makeCalls(before, server, version) };
  } finally {
    await before.close();
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
  const found = await Promise.all(servers.map(tryServer));
  return new Map(
    found.map((file) => [
      `evidence/servers/${file.server}.json`,
      `${JSON.stringify(file, null, 2)}\n`,
    ]),
  );
}
