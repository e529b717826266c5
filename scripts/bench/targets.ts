import type { RunningPlane } from '../../test/contracts.ts';
import { startBehindGateway } from '../../test/planes/envoy-gateway.ts';
import type { Edit } from '../../test/planes/gateway-manifests.ts';
import { typescript } from '../../test/planes/typescript.ts';
import { typescriptGate } from '../../test/planes/typescript-gate.ts';
import { unprotected } from '../../test/planes/unprotected.ts';

/** A limit of requests would be what is measured. */
const unlimited: Edit[] = [{ at: 'BackendTrafficPolicy spec.rateLimit' }];

/** The same Envoy, with TLS and the route, and without what judges a request. */
const bare: Edit[] = [
  ...unlimited,
  { at: 'SecurityPolicy ingress-gateway spec.jwt' },
  { at: 'SecurityPolicy ingress-gateway spec.authorization' },
  { at: 'BackendTrafficPolicy spec.responseOverride' },
];

const behindEnvoy = async (edits: Edit[]): Promise<RunningPlane> =>
  (await startBehindGateway(edits)).running;

/** What is measured, each beside what it is compared with. */
export const starts = {
  unprotected: () => unprotected.start(),
  typescript: () => typescript.start(),
  'typescript-gate, before server-everything': () => typescriptGate.start(),
  'Envoy without filters': () => behindEnvoy(bare),
  'envoy-gateway': () => behindEnvoy(unlimited),
} satisfies Record<string, () => Promise<RunningPlane>>;

export type TargetId = keyof typeof starts;
