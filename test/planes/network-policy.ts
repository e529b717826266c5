import { tools } from '../../scripts/tools/tools.ts';
import type { Plane } from '../contracts.ts';
import { readNetwork } from './network-ends.ts';

const [cyclonus] = tools.filter(({ name }) => name === 'cyclonus');

/** The published network policies around the reference server; cyclonus judges each flow. */
export const networkPolicy: Plane = {
  id: 'network-policy',
  title: 'NetworkPolicy, judged by cyclonus',
  kind: 'around the pods',
  baseline: false,
  patterns: ['hardened-baseline'],
  surfaces: ['network'],
  absent: {
    server: 'a network policy sees who connects, not what is sent',
    client: 'a network policy sees who connects, not what is sent',
  },
  components: [{ name: 'cyclonus', version: cyclonus?.version ?? 'none' }],
  async start() {
    const network = await readNetwork('manifests/hardened-baseline');
    return { targets: { network }, close: () => Promise.resolve() };
  },
};
