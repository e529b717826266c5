import type { Plane } from '../contracts.ts';
import { envoyGateway } from './envoy-gateway.ts';
import { networkPolicy } from './network-policy.ts';
import { typescriptGate } from './typescript-gate.ts';
import { typescript } from './typescript.ts';
import { unprotected } from './unprotected.ts';

/** Every plane, in the order of the matrix; the baseline first. */
export const planes: Plane[] = [
  unprotected,
  typescript,
  typescriptGate,
  networkPolicy,
  envoyGateway,
];
