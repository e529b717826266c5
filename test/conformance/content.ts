import {
  completable,
  fromJsonSchema,
  McpServer,
  ResourceTemplate,
  type CallToolResult,
  type PromptMessage,
  type ServerContext,
  type ServerNotifier,
} from '@modelcontextprotocol/server';
import { z } from 'zod';

/** One red pixel, and a WAV file without a sample. */
const png =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC';
const wav = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA=';

const image = { type: 'image', data: png, mimeType: 'image/png' } as const;
const audio = { type: 'audio', data: wav, mimeType: 'audio/wav' } as const;
const text = (value: string) => ({ type: 'text', text: value }) as const;
const embedded = (uri: string, mimeType: string, value: string) =>
  ({ type: 'resource', resource: { uri, mimeType, text: value } }) as const;

/** What each tool without an argument answers, as the suite asks for it. */
const answers: Record<string, CallToolResult['content']> = {
  test_simple_text: [text('This is a simple text response for testing.')],
  test_image_content: [image],
  test_audio_content: [audio],
  test_embedded_resource: [
    embedded('test://embedded-resource', 'text/plain', 'This is an embedded resource content.'),
  ],
  test_multiple_content_types: [
    text('Multiple content types test:'),
    image,
    embedded('test://mixed-content-resource', 'application/json', '{"test":"data","value":123}'),
  ],
  test_streaming_elicitation: [text('nothing was asked')],
};

/** Keywords that a server must pass on as they are (SEP-1613, SEP-2106). */
const keywords: Parameters<typeof fromJsonSchema>[0] = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  $defs: {
    address: {
      $anchor: 'addressDef',
      type: 'object',
      properties: { street: { type: 'string' }, city: { type: 'string' } },
    },
  },
  properties: {
    name: { type: 'string' },
    address: { $ref: '#/$defs/address' },
    contactMethod: { type: 'string', enum: ['phone', 'email'] },
    phone: { type: 'string' },
    email: { type: 'string' },
  },
  allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
  if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
  then: { required: ['phone'] },
  else: { required: ['email'] },
  additionalProperties: false,
};

/** Register tools, resources and prompts with the content that the suite looks for. */
export function addContent(server: McpServer, notify: () => ServerNotifier): void {
  for (const [name, content] of Object.entries(answers)) {
    server.registerTool(name, { description: name }, () => ({ content }));
  }
  server.registerTool('test_error_handling', { description: 'Fails.' }, () => {
    throw new Error('This tool intentionally returns an error for testing');
  });
  server.registerTool('test_tool_with_progress', { description: 'Reports progress.' }, report);
  server.registerTool('test_logging_tool', { description: 'Logs.' }, async (ctx) => {
    await ctx.mcpReq.log('info', 'the tool runs');
    return { content: [text('logged')] };
  });
  server.registerTool('test_trigger_tool_change', { description: 'Tells of tools.' }, () => {
    notify().toolsChanged();
    return { content: [text('told')] };
  });
  server.registerTool('test_trigger_prompt_change', { description: 'Tells of prompts.' }, () => {
    notify().promptsChanged();
    return { content: [text('told')] };
  });
  const inputSchema = fromJsonSchema<object>(keywords);
  const about = { description: 'Keywords of JSON Schema 2020-12.', inputSchema };
  server.registerTool('json_schema_2020_12_tool', about, () => ({ content: [text('done')] }));
  const region = z.string().meta({ 'x-mcp-header': 'Region' });
  server.registerTool(
    'test_mirrored_argument',
    { description: 'Mirrors an argument.', inputSchema: z.object({ region }) },
    ({ region: value }) => ({ content: [text(value)] }),
  );
  addResources(server);
  addPrompts(server);
}

async function report(ctx: ServerContext): Promise<CallToolResult> {
  const progressToken = ctx.mcpReq._meta?.progressToken;
  for (const progress of [0, 50, 100]) {
    if (progressToken === undefined) continue;
    const params = { progressToken, progress, total: 100 };
    await ctx.mcpReq.notify({ method: 'notifications/progress', params });
  }
  return { content: [text('done')] };
}

function addResources(server: McpServer): void {
  const plain = { description: 'Text that stays.', mimeType: 'text/plain' };
  server.registerResource('static text', 'test://static-text', plain, ({ href: uri }) => ({
    contents: [{ uri, ...plain, text: 'This is the content of the static text resource.' }],
  }));
  const binary = { description: 'A pixel.', mimeType: 'image/png' };
  server.registerResource('static binary', 'test://static-binary', binary, ({ href: uri }) => ({
    contents: [{ uri, mimeType: 'image/png', blob: png }],
  }));
  server.registerResource(
    'template',
    new ResourceTemplate('test://template/{id}/data', { list: undefined }),
    { description: 'Data by number.', mimeType: 'application/json' },
    ({ href: uri }, { id }) => ({
      contents: [{ uri, mimeType: 'application/json', text: JSON.stringify({ id }) }],
    }),
  );
}

function addPrompts(server: McpServer): void {
  const says = (...content: PromptMessage['content'][]) => ({
    messages: content.map((each): PromptMessage => ({ role: 'user', content: each })),
  });
  server.registerPrompt('test_simple_prompt', { description: 'Simple.' }, () =>
    says(text('This is a simple prompt for testing.')),
  );
  server.registerPrompt('test_prompt_with_image', { description: 'With an image.' }, () =>
    says(image, text('Please analyze the image above.')),
  );
  const cities = (begin: string | undefined) =>
    ['paris', 'park', 'party'].filter((city) => city.startsWith(begin ?? ''));
  server.registerPrompt(
    'test_prompt_with_arguments',
    {
      description: 'With arguments.',
      argsSchema: z.object({ arg1: completable(z.string(), cities), arg2: z.string() }),
    },
    ({ arg1, arg2 }) => says(text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)),
  );
  server.registerPrompt(
    'test_prompt_with_embedded_resource',
    { description: 'With a resource.', argsSchema: z.object({ resourceUri: z.string() }) },
    ({ resourceUri }) =>
      says(
        embedded(resourceUri, 'text/plain', 'Embedded resource content for testing.'),
        text('Please process the embedded resource above.'),
      ),
  );
}
