/** One part of `npm test`: a check script, or a file of tests. */
export interface Step {
  id: string;
  /** What is true when it passes. */
  title: string;
  /** What Node runs; a `.test.ts` file runs under node:test and counts each of its tests. */
  run: string[];
  /** Needs no outside tool and is part of `npm run check`. */
  quick?: true;
  /** Patterns and planes that it belongs to, for `npm test -- <pattern|plane|check>`. */
  of?: string[];
}

const token = ['token-authentication', 'typescript', 'typescript-gate'];

export const steps: Step[] = [
  check('types', 'every TypeScript file type-checks', [
    'node_modules/typescript/bin/tsc',
    '--noEmit',
  ]),
  check('lint', 'ESLint finds nothing', [
    'node_modules/eslint/bin/eslint.js',
    '.',
    '--max-warnings=0',
  ]),
  check('format', 'every file has the house format', [
    'node_modules/prettier/bin/prettier.cjs',
    '--check',
    '--log-level=warn',
    '.',
  ]),
  check('markdown', 'markdownlint finds nothing', [
    'node_modules/markdownlint-cli2/markdownlint-cli2-bin.mjs',
    '**/*.md',
  ]),
  check('fences', 'every fence is wired to a file or says why not', ['scripts/check-fences.ts']),
  check('pages', 'every pattern page has the house form', ['scripts/check-pages.ts']),
  check('names', 'every name in inline code occurs in what the page includes', [
    'scripts/check-names.ts',
  ]),
  check('catalog', 'every identifier and citation in the catalog resolves', [
    'scripts/check-catalog.ts',
  ]),
];

function check(id: string, title: string, run: string[]): Step {
  return { id, title, run, quick: true };
}

function tests(id: string, title: string, of?: string[]): Step {
  return { id, title, run: [`test/${id}.test.ts`], ...(of && { of }) };
}

steps.push(
  tests('reference-server', 'the reference server keeps to the protocol', token),
  tests('authorization-server', 'the authorization server keeps to its RFCs', token),
  tests('gate', 'the gate reads, refuses and forwards', token),
  tests('token-authentication', 'the resource server answers as its RFCs say', token),
  tests('snippets', 'every snippet prints what its page shows', token),
  tests('corpus', 'every attack works unprotected and is refused as claimed', token),
  tests('evidence', 'the evidence is what a run gives', token),
  tests('removals', 'each condition taken out lets exactly its attacks through', token),
);
