import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Tree } from '../lib/manifests.ts';

/** A Kubernetes object, as far as every kind has it. */
export interface KubernetesObject extends Tree {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    generation?: number;
    resourceVersion?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    managedFields?: Tree[];
  } & Tree;
}

export interface Answer {
  status: number;
  body: Tree & { items?: KubernetesObject[] };
}

/** Call the Kubernetes API through the socket of `kubectl proxy`; what asks to be asked again is. */
export async function callApi(
  socketPath: string,
  path: string,
  method = 'GET',
  body?: unknown,
): Promise<Answer> {
  for (let tries = 0; ; tries += 1) {
    const answer = await callOnce(socketPath, path, method, body);
    if (answer.status !== 429 || tries === 50) return answer;
    await sleep(200);
  }
}

function callOnce(
  socketPath: string,
  path: string,
  method: string,
  body: unknown,
): Promise<Answer> {
  const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath, path, method, headers: { 'content-type': type } }, (got) => {
      const chunks: Buffer[] = [];
      got.on('data', (chunk: Buffer) => chunks.push(chunk));
      got.on('error', reject);
      got.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const parsed: unknown = text.startsWith('{') ? JSON.parse(text) : { message: text };
        resolve({ status: got.statusCode ?? 0, body: parsed as Answer['body'] });
      });
    });
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
