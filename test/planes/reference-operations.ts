import { toolScopes } from '../../patterns/reference-server/subjects.ts';
import type { ServerTarget } from '../surfaces/server.ts';

const model = 'acme/churn';
const uri = `model://${model}/card`;

/** What the reference server's operations are, by what they do. */
export const operations: ServerTarget['operations'] = {
  write: call('deploy_model', { model, version: '4.3.0', environment: 'staging' }),
  read: call('get_model_card', { model }),
  destroy: call('delete_model', { model }),
  resource: { method: 'resources/read', params: { uri } },
  unlisted: call('read_inference_log', { model, since: '2026-01-01T00:00:00Z' }),
};

/** The scopes of its tools, without one on which nobody has decided. */
export const tools = Object.fromEntries(
  Object.entries(toolScopes).filter(([tool]) => tool !== 'read_inference_log'),
);

function call(name: string, values: Record<string, unknown>) {
  return { method: 'tools/call', params: { name, arguments: values } };
}

export { speakModern as speak } from '../corpus/speak.ts';
