import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { root } from '../../scripts/lib/paths.ts';
import { Bench } from '../lib/manifests.ts';

/** The folders that can be applied: of manifests, or of readers. */
export function appliedFolders(parent: 'manifests' | 'test/readers'): string[] {
  return readdirSync(join(root, parent))
    .map((name) => `${parent}/${name}`)
    .filter((folder) => {
      const file = join(root, folder, 'kustomization.yaml');
      if (folder === 'manifests/settings' || !existsSync(file)) return false;
      return (parse(readFileSync(file, 'utf8')) as { kind: string }).kind === 'Kustomization';
    });
}

/** The patterns that a reader names as a component. */
export function patternIds(): string[] {
  return readdirSync(join(root, 'manifests')).filter((id) =>
    existsSync(join(root, 'manifests', id, 'pattern', 'kustomization.yaml')),
  );
}

/** The components beside a pattern that a reader may add, but for what belongs to no one server. */
export function componentsBeside(id: string): string[] {
  return readdirSync(join(root, 'manifests', id))
    .filter((name) => !['pattern', 'gateway-class'].includes(name))
    .filter((name) => existsSync(join(root, 'manifests', id, name, 'kustomization.yaml')));
}

/** The lines of a pattern's page that take it off a reader's server. */
export function linesThatTakeOff(id: string): string {
  const line = 'kubectl apply --server-side -k .';
  const found = shellBlocks(id).filter(
    (body) => body.includes(`${line}\n`) && body.includes('kubectl delete '),
  );
  if (found.length === 1) return found[0] ?? '';
  const what = `hold "${line}" and take the pattern off, not one`;
  throw new Error(`patterns/${id}/index.md: ${found.length} blocks ${what}`);
}

/** The lines of a pattern's page that label a namespace: the dry run, which warns of nothing, and then without. */
export function linesThatLabel(id: string): string {
  const asked = shellBlocks(id)
    .filter((body) => /^kubectl label namespace .*--dry-run=server/m.test(body))
    .join('');
  return asked + asked.replaceAll(' --dry-run=server', '');
}

/** The blocks of shell in the section of a page that says how to apply the pattern. */
function shellBlocks(id: string): string[] {
  const page = readFileSync(join(root, 'patterns', id, 'index.md'), 'utf8');
  const [, section = ''] = page.split(/^## Apply it$/m);
  return [...section.matchAll(/^```sh .*\n([\s\S]*?)^```$/gm)].map(([, body = '']) => body);
}

/** Takes off the reference server what a reader's own may lack: it then comes from patterns alone. */
const unhardened = {
  apiVersion: 'kustomize.config.k8s.io/v1alpha1',
  kind: 'Component',
  patches: Object.entries({
    ServiceAccount: ['/automountServiceAccountToken'],
    Deployment: [
      '/spec/template/spec/automountServiceAccountToken',
      '/spec/template/spec/enableServiceLinks',
      '/spec/template/spec/securityContext',
      '/spec/template/spec/containers/0/securityContext',
      '/spec/template/spec/containers/0/resources',
    ],
  }).map(([kind, paths]) => ({
    target: { kind },
    patch: JSON.stringify(paths.map((path) => ({ op: 'remove', path }))),
  })),
};

/** A reader's server that has nothing of security, with settings and a kustomization that names patterns. */
export class Reader {
  readonly bench = new Bench();

  constructor() {
    const settings = readFileSync(join(root, 'manifests/settings/settings.yaml'), 'utf8');
    this.bench.write('test/readers/bench/settings.yaml', settings);
    this.bench.write('test/readers/bench/unhardened/kustomization.yaml', unhardened);
  }

  get folder(): string {
    return this.bench.reader;
  }

  /** Let the kustomization name these patterns, and components beside them, and no other. */
  name(ids: readonly string[], beside: readonly string[] = []): void {
    const manifests = '../../../manifests';
    this.bench.write('test/readers/bench/kustomization.yaml', {
      apiVersion: 'kustomize.config.k8s.io/v1beta1',
      kind: 'Kustomization',
      resources: ['settings.yaml'],
      components: [
        `${manifests}/base/server`,
        'unhardened',
        ...[...ids.map((id) => `${id}/pattern`), ...beside].map((name) => `${manifests}/${name}`),
      ],
    });
  }
}
