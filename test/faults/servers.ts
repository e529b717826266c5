import type { Fault } from './fault.ts';

const check = 'test/servers.test.ts';

export const faults: Fault[] = [
  {
    id: 'servers-without-a-control-before-them',
    file: 'test/servers/try-server.ts',
    find: 'planeBefore(front, server, version, before)], onServers',
    replace: '{ ...planeBefore(bare, server, version), patterns: [], id: front.id }], onServers',
    check,
    only: 'everything: every attack',
    says: '✖ everything: every attack works without a control and is refused with one',
  },
  {
    id: 'gateway-before-servers-that-lets-one-more-through',
    file: 'manifests/ingress-gateway/pattern/security.yaml',
    find: '.issuer.sub != "" &&',
    replace: '.issuer.sub != "x" &&',
    check,
    only: 'everything: every attack',
    says: 'envoy-gateway: empty-subject',
  },
  {
    id: 'servers-whose-arrivals-count-as-executed',
    file: 'test/servers/try-server.ts',
    find: 'trial.attack.ok && trial.attack.effect',
    replace: 'trial.attack.effect',
    check,
    only: 'everything: every attack',
    says: '✖ everything: every attack works without a control and is refused with one',
  },
  {
    id: 'servers-whose-errors-count-as-working',
    file: 'test/servers/calls.ts',
    find: 'if (status < 300 && !failed)',
    replace: 'if (status < 500)',
    check,
    only: 'everything: every legitimate call',
    says: '✖ everything: every legitimate call works, through a plane all but those named',
  },
  {
    id: 'servers-asked-in-one-revision-only',
    file: 'test/servers/reference-legacy.ts',
    find: 'startReferenceServer({ legacy: true })',
    replace: 'startReferenceServer()',
    check,
    only: 'reference-legacy',
    says: 'did not shake hands: 400',
  },
  {
    id: 'servers-evidence-edited-by-hand',
    file: 'evidence/servers/everything.json',
    find: '"works": 63',
    replace: '"works": 64',
    check,
    only: 'everything: a run',
    says: 'evidence/servers/everything.json: npm run record',
  },
  {
    id: 'server-left-out-of-the-table',
    file: 'test/servers/index.ts',
    find: '[referenceLegacy, fastmcp, everything]',
    replace: '[referenceLegacy, everything]',
    check,
    only: 'three servers',
    says: '✖ three servers are tried, and the evidence holds each of them',
  },
];
