import { startGate } from '../../patterns/gate/start-gate.ts';
import type { Plane } from '../contracts.ts';
import { everything } from '../servers/everything.ts';
import { planeBefore, type Front } from './before-server.ts';
import { everythingPackage } from './everything-server.ts';
import { stagesFor } from './protected-server.ts';

/** The stages of the reference server as a gate, before any server. */
export const gateFront: Front = {
  id: 'typescript-gate',
  title: 'TypeScript, before any server',
  kind: 'before any server',
  patterns: ['token-authentication'],
  components: [everythingPackage, 'jose'],
  start({ upstream, tools, around }) {
    const stages = stagesFor(around.authorizationServer, tools);
    return startGate({ stages, upstream });
  },
};

/** The gate before a published server that is not ours. */
export const typescriptGate: Plane = planeBefore(gateFront, everything, '2025-11-25');
