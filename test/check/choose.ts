import { z } from 'zod';
import { Mistake } from '../../scripts/lib/main.ts';
import type { Operation } from '../surfaces/server.ts';
import { result, type Greeting } from './greet.ts';
import type { Line } from './line.ts';

const tool = z.looseObject({
  name: z.string(),
  annotations: z
    .looseObject({ readOnlyHint: z.boolean().optional(), destructiveHint: z.boolean().optional() })
    .optional(),
  inputSchema: z.looseObject({ required: z.array(z.string()).optional() }).optional(),
});
type Tool = z.infer<typeof tool>;

/** What a reader named in place of what the server says about its tools. */
export interface Named {
  tool?: string;
  arguments?: Record<string, unknown>;
}

/** The calls from which every attack starts: they read, and nothing else. */
export interface Chosen {
  tool: Operation;
  resource?: Operation;
  /** The reader named a tool that does not say of itself that it only reads. */
  onOwnWord: boolean;
}

/** Choose a tool that says that it only reads and needs no argument, or take the one named. */
export async function choose(
  line: Line,
  token: string,
  greeting: Greeting,
  named: Named,
): Promise<Chosen> {
  const tools = await listTools(line, token, greeting);
  const chosen = named.tool === undefined ? firstReading(tools) : theNamed(tools, named.tool);
  return {
    tool: call(chosen.name, named.arguments ?? {}),
    onOwnWord: chosen.annotations?.readOnlyHint !== true,
    ...(await firstResource(line, token, greeting)),
  };
}

/** Five pages at most: a tool beyond them is named by the reader. */
async function listTools(line: Line, token: string, greeting: Greeting): Promise<Tool[]> {
  const tools: Tool[] = [];
  let cursor: unknown;
  for (let page = 0; page < 5; page += 1) {
    const params = cursor === undefined ? {} : { cursor };
    const list = await result(line, token, greeting, { method: 'tools/list', params });
    tools.push(...z.array(tool).catch([]).parse(list?.['tools']));
    cursor = list?.['nextCursor'];
    if (cursor === undefined) break;
  }
  if (tools.length === 0) throw new Mistake('the server lists no tool: there is nothing to call');
  return tools;
}

function firstReading(tools: Tool[]): Tool {
  const reading = tools.filter(({ annotations }) => annotations?.readOnlyHint === true);
  const found = reading.find(({ inputSchema }) => (inputSchema?.required ?? []).length === 0);
  if (found !== undefined) return found;
  const names = (some: Tool[]): string => some.map(({ name }) => name).join(', ');
  const [why, among] =
    reading.length > 0
      ? ['every tool that says that it only reads needs arguments', reading]
      : ['no tool says that it only reads (annotation readOnlyHint)', tools];
  throw new Mistake(
    `${why}: name one that does, with --tool NAME --arguments JSON, of ${names(among)}`,
  );
}

function theNamed(tools: Tool[], name: string): Tool {
  const found = tools.find((each) => each.name === name);
  if (found === undefined) {
    const names = tools.map((each) => each.name).join(', ');
    throw new Mistake(`--tool "${name}": the server lists ${names}`);
  }
  const { readOnlyHint, destructiveHint } = found.annotations ?? {};
  if (readOnlyHint === false || (destructiveHint === true && readOnlyHint !== true)) {
    throw new Mistake(
      `--tool "${name}" says that it does more than read: name one that only reads`,
    );
  }
  return found;
}

async function firstResource(
  line: Line,
  token: string,
  greeting: Greeting,
): Promise<{ resource?: Operation }> {
  const list = await result(line, token, greeting, { method: 'resources/list', params: {} });
  const resources = z
    .array(z.looseObject({ uri: z.string() }))
    .catch([])
    .parse(list?.['resources']);
  const [first] = resources;
  if (first === undefined) return {};
  return { resource: { method: 'resources/read', params: { uri: first.uri } } };
}

function call(name: string, values: Record<string, unknown>): Operation {
  return { method: 'tools/call', params: { name, arguments: values } };
}
