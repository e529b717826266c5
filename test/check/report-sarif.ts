import { release } from '../corpus/version-of.ts';
import type { Report, Row } from './report.ts';

/** How SARIF 2.1.0 (§3.27.9) calls a verdict; only a failure has a level. */
const kinds = {
  passed: ['fail', 'error'],
  unclear: ['review', 'none'],
  refused: ['pass', 'none'],
  'not-sent': ['notApplicable', 'none'],
} as const;

/** A report for code scanning: a rule for each attack, and a result for each rule. */
export function toSarif({ url, findings }: Report): string {
  const driver = {
    name: 'mcp-security-framework',
    version: release(),
    rules: findings.map(toRule),
  };
  const run = {
    tool: { driver },
    results: findings.map((row, index) => toResult(row, index, url)),
  };
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [run],
  };
  return JSON.stringify(log, null, 2);
}

function toRule({ attack, title, about, threat, criteria, mends }: Row): object {
  const by = mends.length === 0 ? 'No pattern refuses it yet.' : `Refused by ${mends.join(', ')}.`;
  return {
    id: attack,
    shortDescription: { text: title },
    fullDescription: { text: about },
    help: { text: by },
    properties: { tags: [threat, ...criteria] },
  };
}

function toResult({ attack, verdict, why, remark }: Row, ruleIndex: number, uri: string): object {
  const [kind, level] = kinds[verdict];
  return {
    ruleId: attack,
    ruleIndex,
    kind,
    level,
    message: { text: remark === undefined ? why : `${why}; ${remark}` },
    locations: [{ physicalLocation: { artifactLocation: { uri } } }],
  };
}
