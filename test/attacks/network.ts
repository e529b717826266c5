import type { NetworkAttack } from '../contracts.ts';
import { denied } from './answers.ts';

const pod = (namespace: string, labels: Record<string, string>, ip: string) => ({
  namespace,
  labels,
  ip,
});

/** Who else is there, beside those whom the settings name. */
const others = {
  ledger: pod('payments', { app: 'ledger' }, '10.0.5.10'),
  metadata: { ip: '169.254.169.254' },
  metadataIpv6: { ip: 'fd00:ec2::254' },
  kubernetesApi: { ip: '10.0.0.2' },
  anywhere: { ip: '198.51.100.20' },
};

export const network: NetworkAttack[] = [
  {
    id: 'caller-of-another-namespace',
    title: 'A call from a pod of another namespace',
    about:
      'It has the labels of the gateway, which anybody can write in a namespace of their own, and would reach the server past all that the gateway checks.',
    threat: 'MT-41',
    criteria: ['C15'],
    surface: 'network',
    change({ from }) {
      from.namespace = 'agents';
    },
    refused: denied('ingress'),
  },
  {
    id: 'caller-beside-the-gateway',
    title: 'A call from another pod in the namespace of the gateway',
    about: 'What else runs where the gateway runs is not the gateway.',
    threat: 'MT-41',
    criteria: ['C15'],
    surface: 'network',
    change({ from }) {
      from.labels = { app: 'debug' };
    },
    refused: denied('ingress'),
  },
  {
    id: 'caller-beside-the-server',
    title: 'A call from another pod in the namespace of the server',
    about: 'A neighbour that was compromised would reach the server past the gateway.',
    threat: 'MT-41',
    criteria: ['C15'],
    surface: 'network',
    change({ from }, { ends }) {
      Object.assign(from, pod(ends.server.namespace ?? '', { app: 'neighbour' }, '10.0.1.20'));
    },
    refused: denied('ingress'),
  },
  {
    id: 'caller-outside-the-cluster',
    title: 'A call from an address outside of the cluster',
    about: 'A node’s port or a routed pod network would lead around the gateway.',
    threat: 'MT-41',
    criteria: ['C15'],
    surface: 'network',
    change(flow) {
      flow.from = { ip: '198.51.100.7' };
    },
    refused: denied('ingress'),
  },
  {
    id: 'another-port-of-the-server',
    title: 'A call of another port of the server',
    about: 'A port for debugging or metrics is behind none of the checks.',
    threat: 'MT-41',
    criteria: ['C15'],
    surface: 'network',
    change(flow) {
      Object.assign(flow, { port: 9090, portName: '' });
    },
    refused: denied('ingress'),
  },
  {
    id: 'metadata-address',
    title: 'A connection to the metadata address',
    about:
      'Clouds hand out the credentials of the node at this address: a tool that fetches what it is told to would bring them back.',
    threat: 'MT-12',
    criteria: ['C15'],
    surface: 'network',
    from: 'out',
    change(flow) {
      Object.assign(flow, { to: others.metadata, port: 80 });
    },
    refused: denied('egress'),
  },
  {
    id: 'metadata-address-ipv6',
    title: 'A connection to the metadata address in IPv6',
    about: 'The same, where a rule was written for IPv4 alone.',
    threat: 'MT-12',
    criteria: ['C15'],
    surface: 'network',
    from: 'out',
    change(flow) {
      Object.assign(flow, { to: others.metadataIpv6, port: 80 });
    },
    refused: denied('egress'),
  },
  {
    id: 'kubernetes-api',
    title: 'A connection to the Kubernetes API',
    about: 'With a token found in any pod it is the way to every other.',
    threat: 'MT-12',
    criteria: ['C15'],
    surface: 'network',
    from: 'out',
    change(flow) {
      Object.assign(flow, { to: others.kubernetesApi, port: 6443 });
    },
    refused: denied('egress'),
  },
  {
    id: 'service-of-another-namespace',
    title: 'A connection to a service of another namespace',
    about: 'What trusts the cluster’s network is open to every tool that fetches an address.',
    threat: 'MT-12',
    criteria: ['C15'],
    surface: 'network',
    from: 'out',
    change(flow) {
      Object.assign(flow, { to: others.ledger, port: 5432 });
    },
    refused: denied('egress'),
  },
  {
    id: 'neighbour-of-the-server',
    title: 'A connection to another pod in the namespace of the server',
    about: 'One server that was taken over would be the way into the next.',
    threat: 'MT-12',
    criteria: ['C15'],
    surface: 'network',
    from: 'out',
    change(flow, { ends }) {
      const to = pod(ends.server.namespace ?? '', { app: 'neighbour' }, '10.0.1.20');
      Object.assign(flow, { to, port: 8080 });
    },
    refused: denied('egress'),
  },
  {
    id: 'another-pod-beside-dns',
    title: 'A connection to another pod beside DNS',
    about: 'The namespace of DNS holds much of what runs the cluster.',
    threat: 'MT-12',
    criteria: ['C15'],
    surface: 'network',
    from: 'dns',
    change({ to }) {
      to.labels = { app: 'metrics-server' };
    },
    refused: denied('egress'),
  },
  {
    id: 'another-port-of-dns',
    title: 'A connection to another port of DNS',
    about: 'Its port for metrics and health is not the one that answers names.',
    threat: 'MT-12',
    criteria: ['C15'],
    surface: 'network',
    from: 'dns',
    change(flow) {
      flow.port = 9153;
    },
    refused: denied('egress'),
  },
  {
    id: 'exfiltration',
    title: 'A connection to an address of the Internet',
    about: 'What a tool has read would leave the cluster by HTTPS like any other call.',
    threat: 'MT-34',
    criteria: ['C15'],
    surface: 'network',
    from: 'out',
    change(flow) {
      flow.to = others.anywhere;
    },
    refused: denied('egress'),
  },
  {
    id: 'exfiltration-by-dns',
    title: 'A question to a name server of the Internet',
    about: 'Names can carry data out, and the cluster’s own DNS would not see them.',
    threat: 'MT-34',
    criteria: ['C15'],
    surface: 'network',
    from: 'dns',
    change(flow) {
      flow.to = others.anywhere;
    },
    refused: denied('egress'),
  },
  {
    id: 'another-port-of-the-authorization-server',
    title: 'A connection to another port of the authorization server',
    about: 'An opening for keys is not one for every service at that address.',
    threat: 'MT-34',
    criteria: ['C15'],
    surface: 'network',
    from: 'out',
    change(flow) {
      flow.port = 22;
    },
    refused: denied('egress'),
  },
];
