// Prevents what a build cannot show: a pattern whose objects cannot be found again to take them off,
// one that touches a Namespace or ships a CRD, and an image that changes under its name.
import { isMap } from 'yaml';
import { main } from './lib/main.ts';
import { report, type Problem } from './lib/problems.ts';
import { projectFiles } from './lib/scratch.ts';
import { offsetOf, readYaml, type YamlFile } from './lib/yaml-file.ts';

const notInAPattern = ['Namespace', 'CustomResourceDefinition'];
const fixedImage = /^from settings$|(:(?!latest$)[\w.-]+|@sha256:[0-9a-f]{64})$/;

/** Judge each object that a pattern adds, and each image that it names. */
function checkPattern({ name, documents, line }: YamlFile, id: string): Problem[] {
  const problems: Problem[] = [];
  for (const document of documents) {
    if (!isMap(document.contents)) continue;
    const problem = (path: string[], text: string) =>
      problems.push({ file: name, line: line(offsetOf(document, path)), text });
    const kind = String(document.get('kind'));
    if (notInAPattern.includes(kind)) problem(['kind'], `a pattern holds no ${kind}`);
    // "any" is the name of a patch, which adds no object
    if (kind === 'Component' || document.getIn(['metadata', 'name']) === 'any') continue;
    if (document.getIn(['metadata', 'labels', 'app.kubernetes.io/part-of']) !== id) {
      problem(['metadata', 'labels'], `${kind} needs the label app.kubernetes.io/part-of: ${id}`);
    }
  }
  return problems;
}

function checkImages({ name, text, line }: YamlFile): Problem[] {
  return [...text.matchAll(/^[ -]*image: +(.*)$/gm)]
    .filter(([, image = '']) => !fixedImage.test(image))
    .map(({ 1: image, index }) => ({
      file: name,
      line: line(index),
      text: `image ${image} has no fixed tag: name a version other than latest`,
    }));
}

await main(() => {
  const names = projectFiles().filter((name) =>
    /^(manifests|test\/readers)\/(?!.*\/refused\/).*\.yaml$/.test(name),
  );
  const problems = names.flatMap((name) => {
    const file = readYaml(name);
    // beside the pattern of a folder, the components that a reader may add to it
    const [, id] = /^manifests\/(?!base\/)([^/]+)\/[^/]+\//.exec(name) ?? [];
    return [
      ...file.problems,
      ...(id === undefined ? [] : checkPattern(file, id)),
      ...checkImages(file),
    ];
  });
  report('manifest files', names.length, problems);
});
