import type { Fault } from './fault.ts';

const check = 'test/gate-log.test.ts';

export const faults: Fault[] = [
  {
    id: 'arguments-in-the-log',
    file: 'patterns/gate/log.ts',
    find: 'tool: short(tool) })',
    replace: 'tool: JSON.stringify(params) })',
    check,
    only: 'is written',
    says: 'acme/secret',
    fast: true,
  },
  {
    id: 'refusal-without-a-reason-in-the-log',
    file: 'patterns/gate/guard.ts',
    find: '      entry.reason = reasonOf(verdict);\n',
    replace: '',
    check,
    only: 'is written',
    says: 'no token was sent',
    fast: true,
  },
  {
    id: 'calls-in-flight-cut-off',
    file: 'patterns/gate/listen.ts',
    find: 'setTimeout(() => server.closeAllConnections(), atMost)',
    replace: 'setTimeout(() => server.closeAllConnections(), 0 * atMost)',
    check,
    only: 'in flight',
    says: 'fetch failed',
    fast: true,
  },
  {
    id: 'gate-in-front-of-itself',
    file: 'patterns/gate/configuration.ts',
    find: ".port === env['MCP_GATE_PORT']",
    replace: ".port === env['MCP_NOTHING']",
    check: 'test/gate-configuration.test.ts',
    only: 'each wrong variable',
    says: 'MCP_GATE_PORT="8080" is accepted',
    fast: true,
  },
];
