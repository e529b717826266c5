/** A subject as the authorization server knows it; what is absent is in no token of theirs. */
export interface Subject {
  name: string;
  kind: 'person' | 'workload' | 'agent';
  /** What a call of this subject shows, for the terminal. */
  shows: string;
  /** The `client_id` that the tokens of this subject carry. */
  clientId: string;
  /** The person who signs in; an agent acts for this person. */
  signsIn?: string;
  /** Scopes this subject may be granted, narrow to broad. */
  scopes: string[];
  /** Claims beside those of RFC 9068 §2.2. */
  claims: { roles: string[]; tenant: string; act?: { sub: string } };
  /** Authentication context class of a sign-in; `phr` is phishing-resistant (OpenID EAP ACR 1.0). */
  acr?: '1' | 'phr';
}

/** Scopes of the reference server, narrow to broad; a broader one implies those before it. */
export const scopes = ['models:read', 'models:deploy', 'models:delete'];

/** The scope that opens each tool; a tool that is not listed here is refused. */
export const toolScopes: Record<string, string> = {
  list_models: 'models:read',
  get_model_card: 'models:read',
  read_inference_log: 'models:read',
  deploy_model: 'models:deploy',
  rollback_model: 'models:deploy',
  delete_model: 'models:delete',
};

/** The client of a person's terminal: public, native, registered beforehand. */
export const terminalClient = 'mcp-terminal';

const person = { kind: 'person', clientId: terminalClient } as const;

/** The subjects of every example; `mallory` is the one without a valid credential. */
export const subjects: readonly Subject[] = [
  {
    ...person,
    name: 'alice',
    shows: 'a viewer of acme reads',
    signsIn: 'alice',
    scopes: ['models:read'],
    claims: { roles: ['viewer'], tenant: 'acme' },
    acr: '1',
  },
  {
    ...person,
    name: 'bob',
    shows: 'an ML engineer of acme deploys',
    signsIn: 'bob',
    scopes: ['models:read', 'models:deploy'],
    claims: { roles: ['ml-engineer'], tenant: 'acme' },
    acr: '1',
  },
  {
    ...person,
    name: 'carol',
    shows: 'a release manager of acme deletes',
    signsIn: 'carol',
    scopes: ['models:read', 'models:deploy', 'models:delete'],
    claims: { roles: ['release-manager'], tenant: 'acme' },
    acr: 'phr',
  },
  {
    ...person,
    name: 'dave',
    shows: 'an ML engineer of another tenant',
    signsIn: 'dave',
    scopes: ['models:read', 'models:deploy'],
    claims: { roles: ['ml-engineer'], tenant: 'globex' },
    acr: '1',
  },
  {
    name: 'ci-deployer',
    kind: 'workload',
    shows: 'a pipeline deploys, no person behind it',
    clientId: 'ci-deployer',
    scopes: ['models:read', 'models:deploy'],
    claims: { roles: ['deployer'], tenant: 'acme' },
  },
  {
    name: 'drift-monitor',
    kind: 'workload',
    shows: 'a monitor reads, no person behind it',
    clientId: 'drift-monitor',
    scopes: ['models:read'],
    claims: { roles: ['monitor'], tenant: 'acme' },
  },
  {
    name: 'support-agent',
    kind: 'agent',
    shows: 'an agent reads on behalf of alice',
    clientId: 'support-agent',
    signsIn: 'alice',
    scopes: ['models:read'],
    claims: { roles: ['viewer'], tenant: 'acme', act: { sub: 'support-agent' } },
    acr: '1',
  },
  {
    name: 'mallory',
    kind: 'person',
    shows: 'no valid credential',
    clientId: '',
    scopes: [],
    claims: { roles: [], tenant: '' },
  },
];

/** Return the subject with this name; an unknown one is an error that lists all. */
export function findSubject(name: string): Subject {
  const subject = subjects.find((each) => each.name === name);
  if (subject !== undefined) return subject;
  throw new Error(`no subject "${name}": choose ${subjects.map((each) => each.name).join(', ')}`);
}
