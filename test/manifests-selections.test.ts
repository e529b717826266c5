import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { parse } from 'yaml';
import { root } from '../scripts/lib/paths.ts';
import { build } from '../scripts/tools/kustomize.ts';
import { Bench, oldest } from './lib/manifests.ts';

interface Replacement {
  targets: { fieldPaths: string[] }[];
}

interface Component {
  patches?: object[];
}

/** Each file that selects objects, and a build that it takes part in. */
const selecting: Record<string, string> = {
  'manifests/base/server/replacements.yaml': 'manifests/base',
  'manifests/wiring/find-server.yaml': 'test/readers/hardened',
  'manifests/token-authentication/pattern/replacements.yaml': 'manifests/token-authentication',
  'manifests/hardened-baseline/pattern/replacements.yaml': 'test/readers/hardened',
  'manifests/hardened-baseline/tcp-probes/replacements.yaml': 'test/readers/hardened',
  'manifests/ingress-gateway/backend-tls/replacements.yaml': 'test/readers/backend-tls',
  'manifests/ingress-gateway/gateway-class/replacements.yaml': 'manifests/ingress-gateway',
  'manifests/ingress-gateway/pattern/replacements.yaml': 'manifests/ingress-gateway',
};
const patching: Record<string, string> = {
  'manifests/hardened-baseline/pattern/kustomization.yaml': 'test/readers/hardened',
  'manifests/hardened-baseline/tcp-probes/kustomization.yaml': 'test/readers/hardened',
  'manifests/hardened-baseline/warn-first/kustomization.yaml': 'test/readers/first-round',
  'manifests/token-authentication/pattern/kustomization.yaml': 'manifests/token-authentication',
  'manifests/ingress-gateway/pattern/kustomization.yaml': 'manifests/ingress-gateway',
};

const bench = new Bench();
after(() => bench.remove());
const readers = ['test/readers/hardened', 'test/readers/backend-tls'];
for (const reader of readers) {
  for (const name of ['kustomization.yaml', 'server.yaml']) {
    bench.write(`${reader}/${name}`, readFileSync(join(root, reader, name), 'utf8'));
  }
}
for (const name of ['kustomization.yaml', 'database.yaml']) {
  const file = `test/readers/first-round/${name}`;
  bench.write(file, readFileSync(join(root, file), 'utf8'));
}
// What is only noted in the settings is then part of the build
for (const folder of ['manifests/settings', ...readers]) {
  const settings = `${folder}/settings.yaml`;
  const text = readFileSync(join(root, settings), 'utf8');
  bench.write(settings, text.replace('config.kubernetes.io/local-config', 'kept'));
}

/** What the build says with one file changed: an error is an effect too. */
async function outcome(file: string, content: string | object, folder: string): Promise<string> {
  bench.write(file, content);
  const { stdout, stderr } = await build(join(bench.folder, folder), oldest);
  return stdout + stderr;
}

async function assertEffect(file: string, folder: string, without: [string, object][]) {
  assert.ok(without.length > 0, `${file} selects nothing at all`);
  const text = readFileSync(join(root, file), 'utf8');
  const whole = await outcome(file, text, folder);
  assert.match(whole, /kind: Settings/);
  const idle: string[] = [];
  for (const [name, content] of without) {
    if ((await outcome(file, content, folder)) === whole) idle.push(name);
  }
  bench.write(file, text);
  assert.deepEqual(idle, [], `${file}: without effect, so nothing is selected`);
}

for (const [file, folder] of Object.entries(selecting)) {
  test(`every field that ${file} sets is in an object that it selects`, async () => {
    const list = parse(readFileSync(join(root, file), 'utf8')) as Replacement[];
    await assertEffect(
      file,
      folder,
      list.flatMap((_, index) => withoutEachField(list, index)),
    );
  });
}

for (const [file, folder] of Object.entries(patching)) {
  test(`every patch of ${file} changes an object`, async () => {
    const component = parse(readFileSync(join(root, file), 'utf8')) as Component;
    const patches = component.patches ?? [];
    await assertEffect(
      file,
      folder,
      patches.map((patch) => [
        JSON.stringify(patch),
        { ...component, patches: patches.filter((other) => other !== patch) },
      ]),
    );
  });
}

/** Copies of a list of replacements, each without one field path of one of them. */
function withoutEachField(list: Replacement[], index: number): [string, Replacement[]][] {
  return (list[index]?.targets ?? []).flatMap(({ fieldPaths }, target) =>
    fieldPaths.map((path, place): [string, Replacement[]] => {
      const copy = structuredClone(list);
      const targets = copy[index]?.targets ?? [];
      targets[target]?.fieldPaths.splice(place, 1);
      if (targets[target]?.fieldPaths.length === 0) targets.splice(target, 1);
      if (targets.length === 0) copy.splice(index, 1);
      return [`entry ${index + 1}, target ${target + 1}: ${path}`, copy];
    }),
  );
}
