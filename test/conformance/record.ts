import type { Stage } from '../../patterns/gate/stage.ts';
import type { ConformanceFile } from '../../evidence/conformance.ts';
import { startClientHop } from '../corpus/client-hop.ts';
import { release, versionOf } from '../corpus/version-of.ts';
import { ask, speakModern } from '../corpus/speak.ts';
import { readResponse } from '../corpus/json-rpc.ts';
import { sendRaw } from '../corpus/raw-http.ts';
import { bare, type Front } from '../planes/before-server.ts';
import { stagesFor, startSurroundings } from '../planes/protected-server.ts';
import { typescript } from '../planes/typescript.ts';
import { fronts } from '../servers/try-server.ts';
import { resource } from '../surfaces/server.ts';
import { empty, exceptions } from './exceptions.ts';
import { listScenarios, revision, runSuite, type Scenario } from './run-suite.ts';
import { startConformanceServer } from './server.ts';

type Results = Map<string, Scenario>;

/** What the suite is run through: a front, or stages in the process of the server itself. */
type Through = Pick<Front, 'id' | 'looksAt' | 'start'> & { stages?: Stage[] };

/** The stages in the process of the server; they are there once it has told its tools. */
function inServer(): Through {
  const stages: Stage[] = [];
  return {
    id: typescript.id,
    stages,
    start: ({ upstream, tools, around }) => {
      stages.push(...stagesFor(around.authorizationServer, tools));
      return Promise.resolve({ url: upstream, close: () => Promise.resolve() });
    },
  };
}

/** Every plane that a server can stand behind, for one run. */
export const throughs = (): Through[] => [inServer(), ...fronts];

/** Run the suite bare and through every plane, a token added on the way. */
export async function recordConformance(): Promise<ConformanceFile> {
  const results: [id: string, results: Results][] = [];
  for (const plane of [bare, ...throughs()])
    results.push([plane.id, await runThrough(plane, true)]);
  const { required, beside } = listScenarios();
  const suite = '@modelcontextprotocol/conformance';
  return {
    suite: { name: suite, version: versionOf(suite) },
    revision,
    release: release(),
    scenarios: [...required, ...beside].map((scenario) => {
      const [[, alone], ...others] = results.map(
        ([id, all]) => [id, outcome(all, scenario)] as const,
      ) as [[string, Outcome], ...[string, Outcome][]];
      const known = [...exceptions, ...empty].find((each) => each.scenario === scenario);
      return {
        scenario,
        required: required.includes(scenario),
        bare: alone,
        planes: Object.fromEntries(others),
        ...(known && { reason: known.reason }),
      };
    }),
  };
}

type Outcome = ConformanceFile['scenarios'][number]['bare'];

function outcome(results: Results, scenario: string): Outcome {
  const found = results.get(scenario);
  if (found === undefined) throw new Error(`the suite did not run ${scenario}`);
  return { passed: found.passed, failed: found.failed.map(({ check }) => check) };
}

/** Run the suite through a plane; without a token nothing may come through. */
export async function runThrough(plane: Through, withToken: boolean): Promise<Results> {
  const server = await startConformanceServer(plane.looksAt, plane.stages);
  const around = await startSurroundings();
  const tools = await toolsOf(server.url);
  const { url, via, close } = await plane.start({ upstream: server.url, tools, around });
  const token = await around.authorizationServer.tokenFor('alice', {
    scope: 'models:read',
    resource,
  });
  const hop = await startClientHop(url, { via, ...(withToken && { token }) });
  try {
    return await runSuite(hop.url);
  } finally {
    await hop.close();
    await close();
    await around.close();
    await server.close();
  }
}

/** Open every tool of the fixture to the scope that reads. */
async function toolsOf(url: URL): Promise<Record<string, string>> {
  const list = { method: 'tools/list', params: {} };
  const answer = readResponse(await sendRaw(url, ask(url, 'none', list, speakModern)));
  const tools = (answer?.result?.['tools'] ?? []) as { name: string }[];
  if (tools.length === 0) throw new Error('the server of the conformance suite lists no tool');
  return Object.fromEntries(tools.map(({ name }) => [name, 'models:read']));
}
