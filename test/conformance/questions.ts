import {
  acceptedContent,
  createRequestStateCodec,
  fromJsonSchema,
  inputRequired,
  inputResponse,
  type CallToolResult,
  type InputRequests,
  type InputRequiredResult,
  type McpServer,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { randomBytes } from 'node:crypto';
import { z } from 'zod';

/** Signs what the server hands to a client and gets back. */
export const state = createRequestStateCodec<string>({ key: randomBytes(32) });

const named = z.object({ name: z.string() });
const colour = z.object({ color: z.string() });
const agreed = z.object({ ok: z.boolean() });

const askName = (message: string) => inputRequired.elicit({ message, requestedSchema: named });
const askModel = (prompt: string, maxTokens: number) =>
  inputRequired.createMessage({
    messages: [{ role: 'user', content: { type: 'text', text: prompt } }],
    maxTokens,
  });

const said = (value: string): CallToolResult => ({ content: [{ type: 'text', text: value }] });

type Answer = CallToolResult | InputRequiredResult;

/** Register what asks the client for input before it answers (MCP 2026-07-28, MRTR). */
export function addQuestions(server: McpServer): void {
  const tool = (name: string, answer: (ctx: ServerContext) => Answer | Promise<Answer>): void => {
    const about = { description: `${name} asks before it answers.` };
    server.registerTool(`test_input_required_result_${name}`, about, answer);
  };
  tool('elicitation', ({ mcpReq }) => {
    const answer = acceptedContent(mcpReq.inputResponses, 'user_name', named);
    if (answer !== undefined) return said(`Hello, ${answer.name}!`);
    return inputRequired({ inputRequests: { user_name: askName('What is your name?') } });
  });
  tool('sampling', ({ mcpReq }) => {
    const answer = inputResponse(mcpReq.inputResponses, 'capital_question');
    if (answer.kind === 'sampling') return said(JSON.stringify(answer.result.content));
    const question = askModel('What is the capital of France?', 100);
    return inputRequired({ inputRequests: { capital_question: question } });
  });
  tool('list_roots', ({ mcpReq }) => {
    const answer = inputResponse(mcpReq.inputResponses, 'client_roots');
    if (answer.kind === 'roots') return said(answer.roots.map(({ uri }) => uri).join(' '));
    return inputRequired({ inputRequests: { client_roots: inputRequired.listRoots() } });
  });
  for (const name of ['request_state', 'tampered_state']) {
    tool(name, async ({ mcpReq }) => {
      const answer = acceptedContent(mcpReq.inputResponses, 'confirm', agreed);
      if (answer !== undefined && mcpReq.requestState() === name) return said('state-ok');
      const confirm = inputRequired.elicit({ message: 'Please confirm', requestedSchema: agreed });
      return inputRequired({
        inputRequests: { confirm },
        requestState: await state.mint(name),
      });
    });
  }
  tool('multiple_inputs', async ({ mcpReq }) => {
    const answers = ['user_name', 'greeting', 'client_roots'].map((key) =>
      inputResponse(mcpReq.inputResponses, key),
    );
    if (answers.every(({ kind }) => kind !== 'missing')) return said('all answered');
    return inputRequired({
      inputRequests: {
        user_name: askName('What is your name?'),
        greeting: askModel('Generate a greeting', 50),
        client_roots: inputRequired.listRoots(),
      },
      requestState: await state.mint('asked'),
    });
  });
  tool('multi_round', async ({ mcpReq }) => {
    const round = mcpReq.requestState<string>();
    if (round === 'second') {
      const answer = acceptedContent(mcpReq.inputResponses, 'step2', colour);
      if (answer !== undefined) return said(answer.color);
    }
    if (round === 'first' && acceptedContent(mcpReq.inputResponses, 'step1', named)) {
      const message = 'Step 2: What is your favorite color?';
      const step2 = inputRequired.elicit({ message, requestedSchema: colour });
      return inputRequired({ inputRequests: { step2 }, requestState: await state.mint('second') });
    }
    const step1 = askName('Step 1: What is your name?');
    return inputRequired({ inputRequests: { step1 }, requestState: await state.mint('first') });
  });
  tool('capabilities', ({ mcpReq }) => {
    const able = (mcpReq.envelope as Record<string, object> | undefined)?.[
      'io.modelcontextprotocol/clientCapabilities'
    ];
    const inputRequests: InputRequests = {
      ...(able !== undefined && 'sampling' in able && { sample: askModel('Hello', 10) }),
      ...(able !== undefined && 'elicitation' in able && { name: askName('What is your name?') }),
    };
    return Object.keys(inputRequests).length > 0
      ? inputRequired({ inputRequests })
      : said('nothing to ask');
  });
  // the SDK refuses what the client has not declared that it can answer
  server.registerTool('test_missing_capability', { description: 'Needs sampling.' }, () =>
    inputRequired({ inputRequests: { sample: askModel('Hello', 10) } }),
  );
  server.registerPrompt(
    'test_input_required_result_prompt',
    { description: 'Asks before it answers.' },
    ({ mcpReq }) => {
      const answer = acceptedContent(mcpReq.inputResponses, 'user_context');
      if (answer === undefined) {
        const requestedSchema = fromJsonSchema({
          type: 'object',
          properties: { context: { type: 'string' } },
          required: ['context'],
        });
        const message = 'What context should the prompt use?';
        const user_context = inputRequired.elicit({ message, requestedSchema });
        return inputRequired({ inputRequests: { user_context } });
      }
      const text = JSON.stringify(answer);
      return { messages: [{ role: 'user', content: { type: 'text', text } }] };
    },
  );
}
