import { attacks } from '../attacks/index.ts';
import { tryAttack } from '../corpus/trial.ts';
import { startBehindGateway } from '../planes/envoy-gateway.ts';
import type { Edit } from '../planes/gateway-manifests.ts';

/** Start the gateway with edited manifests, and name the attacks that work and the twins that fail. */
export async function worksWith(
  edits: readonly Edit[],
): Promise<{ works: string[]; broken: string[] }> {
  const { running } = await startBehindGateway(edits);
  try {
    const works: string[] = [];
    const broken: string[] = [];
    for (const attack of attacks.filter(({ surface }) => surface === 'server')) {
      const trial = await tryAttack(attack, running);
      if (trial.attack.effect !== undefined) works.push(attack.id);
      if (!trial.twin.ok || trial.twin.effect === undefined) broken.push(attack.id);
    }
    return { works, broken };
  } finally {
    await running.close();
  }
}
