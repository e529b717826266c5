import type { Fault } from './fault.ts';

const check = 'test/tools-obtain.test.ts';

export const faults: Fault[] = [
  {
    id: 'program-that-outlives-its-parent',
    file: 'scripts/lib/children.ts',
    find: "[setpriv, '--pdeathsig', 'KILL']",
    replace: '[]',
    check: 'test/tools-start.test.ts',
    only: 'even when that is killed',
    says: 'it outlives its parent',
    fast: true,
  },
  {
    id: 'fault-that-cannot-be-seeded',
    file: 'test/faults/servers.ts',
    find: "find: '[referenceLegacy, fastmcp, everything]'",
    replace: "find: '[referenceLegacy, fastmcp]'",
    check: 'scripts/check-faults.ts',
    says: 'server-left-out-of-the-table: test/servers/index.ts: "[referenceLegacy, fastmcp]" occurs 0',
    fast: true,
  },
  {
    id: 'interrupted-build-goes-on',
    file: 'scripts/lib/children.ts',
    find: 'process.kill(-child.pid',
    replace: 'process.kill(child.pid',
    check,
    only: 'interrupted',
    says: 'a process is left',
  },
  {
    id: 'draft-of-a-killed-build-kept',
    file: 'scripts/tools/make-once.ts',
    find: 'for (const left of globSync(`${folder}.draft-*`)) remove(left);',
    replace: 'globSync(folder);',
    check,
    only: 'killed',
    says: '✖ the draft of one that was killed is removed by the next',
    fast: true,
  },
  {
    id: 'step-run-without-its-tool',
    file: 'scripts/lib/ready-first.ts',
    find: 'if (failed !== undefined) await Promise.all(places);',
    replace: 'void failed;',
    check,
    only: 'needs nothing',
    says: '✖ what needs nothing runs while a tool is built, and what needs it waits for it',
    fast: true,
  },
  {
    id: 'step-dropped-while-its-tool-is-built',
    file: 'scripts/lib/ready-first.ts',
    find: 'await Promise.race([...waiting].map(({ ready }) => ready.catch(() => undefined)));\n      continue;',
    replace: 'return;',
    check,
    only: 'needs nothing',
    says: '✖ what needs nothing runs while a tool is built, and what needs it waits for it',
    fast: true,
  },
];
