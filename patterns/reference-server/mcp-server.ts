import { McpServer, ResourceTemplate, type CallToolResult } from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { Journal } from './journal.ts';
import { findModel, modelCard, models } from './models.ts';

const segment = z.string().regex(/^[a-z0-9-]+$/);
const modelId = z
  .string()
  .regex(/^[a-z0-9-]+\/[a-z0-9-]+$/)
  .describe('<tenant>/<name>');
const environment = z.enum(['staging', 'production']);

const reads = { readOnlyHint: true } as const;
const writes = { readOnlyHint: false, destructiveHint: false } as const;
const destroys = { readOnlyHint: false, destructiveHint: true } as const;

/** Build the model-operations server: six tools and a resource, no policy of its own. */
export function createModelServer(journal: Journal): McpServer {
  const server = new McpServer({ name: 'model-operations', version: '1.0.0' });

  const tool = <Shape extends z.ZodRawShape>(
    name: string,
    description: string,
    shape: Shape,
    annotations: typeof reads | typeof writes | typeof destroys,
    execute: (input: z.infer<z.ZodObject<Shape>>) => string,
  ): void => {
    const inputSchema = z.strictObject(shape) as unknown as z.ZodObject<Shape>;
    server.registerTool(
      name,
      { description, inputSchema, annotations },
      (input: z.infer<z.ZodObject<Shape>>) => {
        const done = execute(input);
        journal.append({ tool: name, arguments: input });
        return text(done);
      },
    );
  };

  tool('list_models', 'List the models of a tenant.', { tenant: segment }, reads, ({ tenant }) =>
    models
      .filter((model) => model.tenant === tenant)
      .map(({ name, version, stage, risk }) => `${tenant}/${name} ${version} ${stage} ${risk} risk`)
      .join('\n'),
  );
  tool('get_model_card', 'Read a model card.', { model: modelId }, reads, ({ model }) =>
    modelCard(known(model)),
  );
  tool(
    'read_inference_log',
    'Read what a model was asked and what it answered: personal data.',
    { model: modelId, since: z.iso.datetime() },
    reads,
    ({ model, since }) => `${since} ${known(model).name}: applicant 17, declined`,
  );
  tool(
    'deploy_model',
    'Deploy a version of a model.',
    { model: modelId, version: z.string().regex(/^\d+\.\d+\.\d+$/), environment },
    writes,
    ({ model, version, environment }) => `${known(model).name} ${version} is on ${environment}`,
  );
  tool(
    'rollback_model',
    'Return a model to the version before.',
    { model: modelId, environment },
    writes,
    ({ model, environment }) => `${known(model).name} is rolled back on ${environment}`,
  );
  tool(
    'delete_model',
    'Delete a model and its versions.',
    { model: modelId },
    destroys,
    ({ model }) => `${known(model).name} is deleted`,
  );

  server.registerResource(
    'model card',
    new ResourceTemplate('model://{tenant}/{model}/card', { list: undefined }),
    { mimeType: 'text/markdown' },
    (uri, { tenant, model }) => {
      const card = modelCard(known(`${String(tenant)}/${String(model)}`));
      journal.append({ tool: 'resources/read', arguments: { uri: uri.href } });
      return { contents: [{ uri: uri.href, mimeType: 'text/markdown', text: card }] };
    },
  );
  return server;
}

function known(id: string): NonNullable<ReturnType<typeof findModel>> {
  const model = findModel(id);
  if (model === undefined) throw new Error(`no model ${id}`);
  return model;
}

function text(value: string): CallToolResult {
  return { content: [{ type: 'text', text: value }] };
}
