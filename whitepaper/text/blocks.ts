import type { PhrasingContent, RootContent } from 'mdast';
import { SourceFault, type Catalog, type Recommendation, type Threat } from './catalog.ts';
import { refused, type Evidence } from '../../evidence/read.ts';
import { phrasing } from './markdown.ts';
import { joined, link, paragraph, table, text, type RecommendationNode } from './nodes.ts';

/** Builds what the paper pulls from the catalog: recommendations and tables. */
export class Blocks {
  readonly #catalog: Catalog;
  readonly #refused: Evidence['attacks'];
  readonly #sections: string[];

  /** `sections` are the titles of the paper's sections, in their order. */
  constructor(catalog: Catalog, evidence: Evidence, sections: string[] = []) {
    this.#catalog = catalog;
    this.#refused = refused(evidence);
    this.#sections = sections;
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
    const bare = criteria.filter((name) => !proofs.some((proof) => proof.criteria.includes(name)));
    const rest = [...bare, ...(untested === undefined ? [] : [untested])];
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
          ...(proofs.length === 0
            ? [text('Not tested here.')]
            : [
                proof(proofs),
                ...(rest.length === 0 ? [] : [text(`; not tested: ${rest.join(', ')}.`)]),
              ]),
        ),
      ],
    };
  }

  #threats(): RootContent {
    const head = ['Id', 'Threat', 'At', 'STRIDE', 'Considered in', 'Refused'].map((t) => [text(t)]);
    const rows = this.#catalog.threats.map((threat) => {
      const { id, title, description, boundaries, stride } = threat;
      const answers = this.#catalog.recommendations.filter(({ threats }) => threats.includes(id));
      const attacks = this.#refused.filter((attack) => attack.threat === id).length;
      return [
        [link(`/reference/#${id.toLowerCase()}`, id)],
        [text(`${title}. ${description}`)],
        [text(boundaries.join(', '))],
        [text(stride.map((name) => name.charAt(0).toUpperCase()).join(' '))],
        answers.length > 0
          ? joined(
              answers.map((answer) => link(`#${answer.id}`, answer.id)),
              ', ',
            )
          : [text(this.#section(threat))],
        [text(attacks === 0 ? '–' : String(attacks))],
      ];
    });
    return table([head, ...rows]);
  }

  /** "Section 11", where the paper discusses a threat that no consideration answers. */
  #section({ id, section }: Threat): string {
    const number = this.#sections.indexOf(section ?? '') + 1;
    if (number > 0) return `Section ${number}`;
    throw new SourceFault(
      `whitepaper/catalog/threats.yaml: ${id}: no recommendation answers it, and the paper has no section "${section}"`,
    );
  }

  #criteria(): RootContent {
    const head = ['Id', 'Question', 'CoSAI', 'Refused'].map((t) => [text(t)]);
    const rows = this.#catalog.criteria.map(({ id, question, cosai }) => {
      const attacks = this.#refused.filter(({ criteria }) => criteria.includes(id)).length;
      return [
        [link(`/reference/#${id.toLowerCase()}`, id)],
        [text(question)],
        [text(`L${cosai.level}`)],
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
