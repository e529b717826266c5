import type { PhrasingContent, RootContent } from 'mdast';
import type { Catalog, Recommendation } from './catalog.ts';
import { refused, type Evidence } from '../../evidence/read.ts';
import { phrasing } from './markdown.ts';
import { joined, link, paragraph, table, text, type RecommendationNode } from './nodes.ts';

/** Builds what the paper pulls from the catalog: recommendations and tables. */
export class Blocks {
  readonly #catalog: Catalog;
  readonly #refused: Evidence['attacks'];

  constructor(catalog: Catalog, evidence: Evidence) {
    this.#catalog = catalog;
    this.#refused = refused(evidence);
  }

  /** What `[R-01](catalog/recommendations.yaml)` stands for, or nothing when there is no such entry. */
  build(file: string, label: string): RootContent | undefined {
    if (file === 'threats') return this.#threats();
    if (file === 'criteria') return this.#criteria();
    if (file !== 'recommendations') return undefined;
    const entry = this.#catalog.recommendations.find(({ id }) => id === label);
    return entry && this.#recommendation(entry);
  }

  #recommendation({
    id,
    consider,
    because,
    required,
    criteria,
    attacks = [],
    untested,
  }: Recommendation): RecommendationNode {
    const links = criteria.map((criterion) =>
      link(`/reference/#${criterion.toLowerCase()}`, criterion),
    );
    const proofs = this.#refused.filter((attack) => attacks.includes(attack.id));
    return {
      type: 'recommendation',
      id,
      children: [
        paragraph(
          { type: 'strong', children: [text('Consider')] },
          ...phrasing(`x ${consider}, **because** ${because}`).map(dropFirstLetter),
        ),
        paragraph(
          text(criteria.length === 1 ? 'Criterion ' : 'Criteria '),
          ...joined(links, ', '),
          text('. '),
          ...(required === undefined
            ? []
            : [...phrasing(`Required by MCP: ${required}`), text(' ')]),
          ...(proofs.length === 0 ? [text('Not tested here.')] : [proof(proofs)]),
          ...(untested === undefined ? [] : [text(`; not tested: ${untested}.`)]),
        ),
      ],
    };
  }

  #threats(): RootContent {
    const head = ['Id', 'Threat', 'At', 'STRIDE', 'Considered in', 'Refused'].map((t) => [text(t)]);
    const rows = this.#catalog.threats.map(({ id, title, description, boundaries, stride }) => {
      const answers = this.#catalog.recommendations.filter(({ threats }) => threats.includes(id));
      const attacks = this.#refused.filter((attack) => attack.threat === id).length;
      return [
        [link(`/reference/#${id.toLowerCase()}`, id)],
        [text(`${title}. ${description}`)],
        [text(boundaries.join(', '))],
        [text(stride.map((name) => name.charAt(0).toUpperCase()).join(' '))],
        joined(
          answers.map((answer) => link(`#${answer.id}`, answer.id)),
          ', ',
        ),
        [text(attacks === 0 ? '–' : String(attacks))],
      ];
    });
    return table([head, ...rows]);
  }

  #criteria(): RootContent {
    const head = ['Id', 'Question', 'Refused'].map((t) => [text(t)]);
    const rows = this.#catalog.criteria.map(({ id, question }) => {
      const attacks = this.#refused.filter(({ criteria }) => criteria.includes(id)).length;
      return [
        [link(`/reference/#${id.toLowerCase()}`, id)],
        [text(question)],
        [text(attacks === 0 ? '–' : String(attacks))],
      ];
    });
    return table([head, ...rows]);
  }
}

/** Remove the letter that keeps the parser from dropping the space before the first word. */
function dropFirstLetter(node: PhrasingContent, index: number): PhrasingContent {
  return index === 0 && node.type === 'text' ? { ...node, value: node.value.slice(1) } : node;
}

/** "3 refused", linked to where the attacks are shown. */
function proof(attacks: Evidence['attacks']): PhrasingContent {
  const data = { hProperties: { className: ['verdict', 'refused'] } };
  const url = `/attacks/${attacks[0]?.group ?? ''}/`;
  return { ...link(url, `${attacks.length} refused`), data };
}
