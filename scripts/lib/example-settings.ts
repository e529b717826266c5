import { isDeepStrictEqual } from 'node:util';
import { isMap, type Document } from 'yaml';
import { readYaml } from './yaml-file.ts';

/** A setting that is wrong, and why. */
export type Finding = [path: string[], text: string];

/** Find what nobody but the example can mean: its addresses, its images, its whole server. */
export function findExamples(document: Document.Parsed): Finding[] {
  const [example] = readYaml('manifests/settings/settings.yaml').documents;
  const read = (from: Document.Parsed | undefined, setting: string): unknown => {
    const value = from?.getIn(['spec', ...setting.split('.')]);
    return isMap(value) ? value.toJSON() : value;
  };
  const isExample = (setting: string) =>
    isDeepStrictEqual(read(document, setting), read(example, setting));
  const isExampleImage = (setting: string) =>
    String(read(document, setting)).startsWith('registry.example.com/');
  const settings = ['resource', 'issuer', 'jwks', 'authorizationServer', 'registries'];
  settings.push('gateway.origin', 'server');
  // with the reference server its tools and their scopes are right
  if (read(document, 'server') === undefined) settings.push('scopes', 'tools');
  const found = settings.filter(isExample);
  const images = found.includes('server') ? ['gate.image'] : ['gate.image', 'server.image'];
  return [...found, ...images.filter(isExampleImage)].map((setting) => [
    ['spec', ...setting.split('.')],
    ` ${setting.endsWith('s') && setting !== 'jwks' ? 'are' : 'is'} still the example's: ${setting === 'server' ? 'leave it out, or ' : ''}write yours`,
  ]);
}
