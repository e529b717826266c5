import type { Fault } from './fault.ts';

const check = 'test/conformance.test.ts';
const verdicts = 'a scenario passes';

export const faults: Fault[] = [
  {
    id: 'gate-that-drops-a-mirrored-argument',
    file: 'patterns/gate/forwarded-headers.ts',
    find: "name.startsWith('mcp-param-')",
    replace: "name.startsWith('mcp-parameter-')",
    check,
    only: verdicts,
    says: 'typescript: http-custom-header-server-validation',
  },
  {
    id: 'gate-that-answers-for-the-server',
    file: 'patterns/gate/forward.ts',
    find: 'response.writeHead(answer.statusCode ?? 0, endToEnd(answer));',
    replace: 'response.writeHead(200, endToEnd(answer));',
    check,
    only: verdicts,
    says: 'typescript-gate: server-stateless',
  },
  {
    id: 'conformance-exception-that-is-none',
    file: 'test/conformance/exceptions.ts',
    find: "  'tasks-lifecycle',\n",
    replace: "  'tasks-lifecycle',\n  'json-schema-2020-12',\n",
    check,
    only: verdicts,
    says: 'bare: json-schema-2020-12 passes now: list it no more',
  },
  {
    id: 'conformance-failure-not-listed',
    file: 'test/conformance/exceptions.ts',
    find: "  'tasks-mrtr-input',\n",
    replace: '',
    check,
    only: verdicts,
    says: 'bare: tasks-mrtr-input',
  },
  {
    id: 'conformance-server-without-a-fixture',
    file: 'test/conformance/content.ts',
    find: '  test_audio_content: [audio],\n',
    replace: '',
    check,
    only: verdicts,
    says: 'bare: tools-call-audio',
  },
  {
    id: 'conformance-run-around-the-gate',
    file: 'test/conformance/record.ts',
    find: 'runSuite(hop.url)',
    replace: 'runSuite(withToken ? hop.url : server.url)',
    check,
    only: 'without a token',
    says: 'passes without a token',
  },
  {
    id: 'conformance-evidence-edited-by-hand',
    file: 'evidence/conformance.json',
    find: '"revision": "2026-07-28"',
    replace: '"revision": "2026-07-27"',
    check,
    only: 'a run gives',
    says: 'evidence/conformance.json: npm run record',
  },
];
