import {
  attacksFile,
  planeFile,
  type AttackRecord,
  type PlaneFile,
  type Result,
} from '../../evidence/evidence.ts';
import { inputFiles, inputsDigest } from '../../evidence/inputs.ts';
import { root } from '../../scripts/lib/paths.ts';
import { groups } from '../attacks/index.ts';
import type { Plane } from '../contracts.ts';
import { compareLines } from './compare-lines.ts';
import type { Case } from './run-corpus.ts';
import { release, versionOf } from './version-of.ts';

/** The files of `evidence/` that a run of the whole corpus gives, by their path from the root. */
export function makeEvidence(cases: readonly Case[]): Map<string, string> {
  const planes = [...new Set(cases.map(({ plane }) => plane))];
  const baseline = cases.filter(({ plane }) => plane.baseline);
  const files = new Map<string, string>();
  const attacks = attacksFile.parse({ attacks: baseline.map(recordAttack) });
  files.set('evidence/attacks.json', toText(attacks));
  for (const plane of planes) {
    const own = cases.filter((each) => each.plane === plane);
    files.set(`evidence/planes/${plane.id}.json`, toText(planeFile.parse(recordPlane(plane, own))));
  }
  return files;
}

function recordAttack({ attack, trial }: Case): AttackRecord {
  const { id, title, about, threat, criteria, surface } = attack;
  const [group] = Object.entries(groups).find(([, all]) => all.includes(attack)) ?? [];
  if (group === undefined) throw new Error(`${id} is in no group`);
  if (trial === undefined) throw new Error(`${id} was not tried without a control`);
  const sent = compareLines(trial.sent.attack, trial.sent.twin);
  return { id, title, about, group, threat, criteria, surface, ...sent };
}

function recordPlane(plane: Plane, cases: readonly Case[]): PlaneFile {
  const { id, title, kind, baseline, surfaces, patterns } = plane;
  const files = inputFiles(root);
  return {
    plane: id,
    title,
    kind,
    baseline,
    surfaces,
    patterns,
    components: plane.components.map(readComponent),
    release: release(),
    inputs: { files, sha256: inputsDigest(files, root) },
    results: cases.map(recordResult),
  };
}

function recordResult(done: Case): Result {
  const { id } = done.attack;
  if (done.trial === undefined) return { attack: id, verdict: 'not-applicable', why: done.why };
  const { attack, twin } = done.trial;
  return {
    attack: id,
    verdict: done.judgement.verdict,
    status: attack.status,
    reason: attack.reason,
    answer: attack.answer,
    twin: { status: twin.status, effect: twin.effect ?? 'none' },
  };
}

function readComponent(component: Plane['components'][number]): { name: string; version: string } {
  return typeof component === 'string'
    ? { name: component, version: versionOf(component) }
    : component;
}

const line = /\{\s+"text": ("(?:[^"\\]|\\.)*")(,\s+"marked": true)?\s+\}/g;

/** Write JSON with each line of an exchange on a line of its own. */
function toText(value: unknown): string {
  const text = JSON.stringify(value, null, 2).replace(
    line,
    (_all, text: string, marked?: string) =>
      `{ "text": ${text}${marked ? ', "marked": true' : ''} }`,
  );
  return `${text}\n`;
}
