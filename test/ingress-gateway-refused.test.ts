import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { parse } from 'yaml';
import { root } from '../scripts/lib/paths.ts';
import { authorityOf, makeAuthority, makeCertificate, secretOf } from './planes/gateway.ts';
import { buildGateway, type Node } from './planes/gateway-manifests.ts';
import { translate } from './planes/gateway-translate.ts';

const folder = join(root, 'manifests/ingress-gateway/refused');
const scratch = mkdtempSync(join(tmpdir(), 'refused-'));
after(() => rmSync(scratch, { recursive: true }));

let published: Node[];
before(async () => {
  const objects = [authorityOf(await makeAuthority('of the server'))];
  const added = { components: ['backend-tls'], objects };
  const built = await buildGateway({ issuer: 9000, server: 9001 }, [], added);
  published = [...built, secretOf(await makeCertificate('mcp.example.com'))];
});

/** What Envoy Gateway has to say against a variant in the place of the object that it varies. */
async function refusals(variant?: Node): Promise<string[]> {
  const name = variant && identify(variant);
  const objects = published.map((object) => (identify(object) === name ? variant : object) as Node);
  assert.ok(variant === undefined || objects.includes(variant), `${name} is not published`);
  const { conditions } = await translate(objects, scratch);
  const silent = objects
    .filter(({ kind }) => /Policy$/.test(String(kind)))
    .map(identify)
    .filter((object) => !conditions.some((condition) => condition.startsWith(`${object}: `)))
    .map((object) => `${object}: no condition, in force nowhere`);
  return [...conditions.filter((condition) => !/: \w+ True$/.test(condition)), ...silent];
}

function identify({ kind, metadata }: Node): string {
  const { namespace = '', name } = metadata as { namespace?: string; name: string };
  return `${String(kind)} ${namespace}/${name}`;
}

const variants = readdirSync(folder)
  .map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }))
  .filter(({ text }) => text.startsWith('# Envoy Gateway: '));

test('there are variants that only Envoy Gateway refuses, and it accepts what is published', async () => {
  assert.ok(variants.length >= 6);
  assert.deepEqual(await refusals(), []);
});

for (const { name, text } of variants) {
  test(`${name.replace('.yaml', '').replaceAll('-', ' ')} is refused by Envoy Gateway`, async () => {
    const [, reason = ''] = /^# Envoy Gateway: (.+)$/m.exec(text) ?? [];
    const said = await refusals(parse(text) as Node);
    assert.ok(
      said.some((line) => line.includes(reason)),
      `refused for another reason: ${said.join('\n')}`,
    );
  });
}
