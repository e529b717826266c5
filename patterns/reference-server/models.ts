/** A deployed model and the attributes that a policy may decide on. */
export interface Model {
  tenant: string;
  name: string;
  version: string;
  stage: 'staging' | 'production';
  risk: 'low' | 'high';
  purpose: string;
}

/** The models of two tenants, the same on every replica: write tools change nothing here. */
export const models: readonly Model[] = [
  {
    tenant: 'acme',
    name: 'churn',
    version: '4.2.0',
    stage: 'production',
    risk: 'low',
    purpose: 'Predicts which customers may leave.',
  },
  {
    tenant: 'acme',
    name: 'credit-score',
    version: '2.0.1',
    stage: 'production',
    risk: 'high',
    purpose: 'Scores loan applications of natural persons.',
  },
  {
    tenant: 'globex',
    name: 'demand',
    version: '1.3.0',
    stage: 'production',
    risk: 'low',
    purpose: 'Forecasts demand per warehouse.',
  },
  {
    tenant: 'globex',
    name: 'visual-inspection',
    version: '0.9.4',
    stage: 'staging',
    risk: 'high',
    purpose: 'Finds faults on a production line.',
  },
];

/** Return the model that `<tenant>/<name>` names, or undefined. */
export function findModel(id: string): Model | undefined {
  return models.find(({ tenant, name }) => `${tenant}/${name}` === id);
}

/** Write a model card as Markdown. */
export function modelCard(model: Model): string {
  return [
    `# ${model.tenant}/${model.name} ${model.version}`,
    '',
    model.purpose,
    '',
    `- stage: ${model.stage}`,
    `- risk: ${model.risk}`,
    '',
  ].join('\n');
}
