import type { Check, Finding } from './check.ts';
import type { Outcome } from './sender.ts';

type Verdict = Outcome['verdict'];

/** The order of a report: what a reader has to act on comes first. */
export const verdicts = ['passed', 'unclear', 'refused', 'not-sent'] as const;

/** A check as every report shows it: no token, and no character that moves a cursor. */
export interface Report {
  url: string;
  protocol: string;
  /** The server opened a session, which 2026-07-28 no longer has. */
  session: boolean;
  tool: string;
  /** The tool does not say that it only reads; the reader named it. */
  toolOnYourWord: boolean;
  requests: number;
  counts: Record<Verdict, number>;
  findings: Row[];
}

export interface Row {
  attack: string;
  title: string;
  about: string;
  group: string;
  threat: string;
  criteria: string[];
  verdict: Verdict;
  why: string;
  remark?: string;
  mends: string[];
}

/** Put a check in the form of a report. */
export function toReport({ url, greeting, chosen, findings, requests, tokens }: Check): Report {
  const show = shower(tokens);
  const count = (verdict: Verdict): number =>
    findings.filter((finding) => finding.verdict === verdict).length;
  return {
    url: url.href,
    protocol: show(greeting.version),
    session: greeting.session,
    tool: show(String(chosen.tool.params['name'])),
    toolOnYourWord: chosen.onOwnWord,
    requests,
    counts: {
      passed: count('passed'),
      unclear: count('unclear'),
      refused: count('refused'),
      'not-sent': count('not-sent'),
    },
    findings: findings.map((finding) => toRow(finding, show)),
  };
}

function toRow({ attack, group, verdict, why, remark, mends }: Finding, show: Show): Row {
  const { id, title, about, threat, criteria } = attack;
  const known = { attack: id, title, about, group, threat, criteria, verdict };
  return { ...known, why: show(why), ...(remark !== undefined && { remark }), mends };
}

type Show = (text: string) => string;

/** What a server says may hold the token that it was sent, and whatever else it likes. */
export function shower(tokens: Iterable<string>, most = 140): Show {
  const secrets = [...tokens].flatMap((token) => [
    token,
    encodeURIComponent(token),
    ...token.split('.').filter((part) => part.length >= 16),
  ]);
  // the longest first, so that no part of one is left
  secrets.sort((a, b) => b.length - a.length);
  return (text) => {
    const hidden = secrets.reduce((rest, secret) => rest.replaceAll(secret, '(token)'), text);
    const plain = hidden.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
    return plain.length > most ? `${plain.slice(0, most - 1)}…` : plain;
  };
}

/** The exit code of a check: 0 all judged and refused, 2 something passed, 3 something unclear. */
export function exitCode({ counts }: Report): 0 | 2 | 3 {
  if (counts.passed > 0) return 2;
  return counts.unclear > 0 || counts.refused === 0 ? 3 : 0;
}

/** Say what was asked, and how. */
export function describe({ url, protocol, session, tool, toolOnYourWord }: Report): string[] {
  const era = protocol === '2026-07-28' ? '' : session ? ', with sessions' : ', without sessions';
  return [
    `${url} speaks MCP ${protocol}${era}.`,
    ...(protocol === '2026-07-28'
      ? []
      : ['It does not answer MCP 2026-07-28, so the handshake of older clients was used.']),
    `Each attack changes one thing in a call of ${tool}.`,
    ...(toolOnYourWord ? [`That ${tool} only reads is your word: it does not say so.`] : []),
  ];
}

/** What the patterns' pages mend of all that passed. */
export function mending({ findings }: Report): string[] {
  return [
    ...new Set(
      findings.filter(({ verdict }) => verdict === 'passed').flatMap(({ mends }) => mends),
    ),
  ];
}
