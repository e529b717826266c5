import type { Fault } from './fault.ts';

const check = 'test/failure-modes.test.ts';

export const faults: Fault[] = [
  {
    id: 'part-that-is-not-broken',
    file: 'test/failures/faulty-hop.ts',
    find: "if (this.fault === 'killed')",
    replace: "if (this.fault === 'none' && false)",
    check,
    only: 'what each plane answers',
    says: 'npm run record accepts it',
  },
  {
    id: 'gate-that-comes-back-elsewhere',
    file: 'test/failures/assembly.ts',
    find: 'upstream, port: Number(port) }',
    replace: 'upstream, port: 0 }',
    check,
    only: 'serves again',
    says: 'goodAfter: null',
  },
  {
    id: 'envoy-that-never-fails',
    file: 'test/failures/assembly.ts',
    find: 'return ended ? process.end() : process.pause();',
    replace: 'return ended ? process.end() : process.resume();',
    check,
    only: 'what each plane answers',
    says: 'npm run record accepts it',
  },
  {
    id: 'effects-of-failures-not-seen',
    file: 'test/failures/scenarios.ts',
    find: 'tenant === victim)',
    replace: "tenant === 'nobody')",
    check,
    only: 'without any control',
    says: '✖ the attack that is sent while parts are broken',
  },
  {
    id: 'failure-recorded-by-hand',
    file: 'evidence/failures.json',
    find: '"part": "gate",\n      "fault": "killed",\n      "verdict": "closed",\n      "calls": "no connection"',
    replace:
      '"part": "gate",\n      "fault": "killed",\n      "verdict": "closed",\n      "calls": "200"',
    check,
    only: 'what each plane answers',
    says: 'npm run record accepts it',
  },
  {
    id: 'refusals-measured-as-answers',
    file: 'scripts/bench/load.ts',
    find: "result['2xx'];",
    replace: '0;',
    check: 'test/bench.test.ts',
    only: 'a target is measured',
    says: 'nothing to compare',
  },
];
