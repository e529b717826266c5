import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { attacksFile, planeFile } from '../evidence/evidence.ts';
import { inputFiles, inputsDigest } from '../evidence/inputs.ts';
import { root } from '../scripts/lib/paths.ts';

test('every plane has a verdict on every attack', () => {
  const { attacks } = attacksFile.parse(read('evidence/attacks.json'));
  assert.ok(attacks.length >= 94);
  const names = committedPlanes();
  assert.equal(names.length, 5);
  for (const name of names) {
    const { plane, results } = planeFile.parse(read(`evidence/planes/${name}`));
    assert.equal(`${plane}.json`, name);
    assert.deepEqual(
      results.map(({ attack }) => attack),
      attacks.map(({ id }) => id),
    );
    const lines = results.flatMap(({ answer = [] }) => answer);
    assert.deepEqual(
      lines.filter((line) => line.length > 80),
      [],
    );
  }
});

test('the evidence holds no signature, no port and no time', () => {
  for (const file of ['attacks.json', ...committedPlanes().map((name) => `planes/${name}`)]) {
    const text = readFileSync(join(root, 'evidence', file), 'utf8');
    assert.deepEqual(text.match(/eyJ[\w-]+\.[\w-]+/g), null, file);
    assert.deepEqual(text.match(/127\.0\.0\.1:\d+|localhost:\d+/g), null, file);
    assert.deepEqual(text.match(/\d\d:\d\d:\d\d/g), null, file);
  }
});

test('every line of an exchange fits its pane, and one is marked on each side', () => {
  const { attacks } = attacksFile.parse(read('evidence/attacks.json'));
  for (const { id, attack, twin } of attacks) {
    for (const lines of [attack, twin]) {
      assert.equal(lines.filter(({ marked }) => marked).length, 1, id);
      for (const { text, marked } of lines) {
        assert.ok(text.length <= (marked ? 36 : 42), `${id}: ${text}`);
      }
    }
  }
});

test('the digest of the inputs changes with their content, their names and their number', () => {
  const files = inputFiles(root);
  assert.ok(files.length > 40);
  assert.ok(files.includes('patterns/token-authentication/verify-token.ts'));
  assert.ok(files.includes('test/attacks/scopes.ts'));
  assert.ok(files.includes('scripts/tools/envoy-gateway/go.sum'));
  const digest = inputsDigest(files, root);
  assert.match(digest, /^[0-9a-f]{64}$/);
  assert.notEqual(inputsDigest(files.slice(1), root), digest);
  assert.notEqual(inputsDigest([...files, 'gone.ts'], root), digest);
  assert.notEqual(inputsDigest(files.toReversed(), root), digest);
});

function committedPlanes(): string[] {
  return readdirSync(join(root, 'evidence', 'planes'));
}

function read(file: string): unknown {
  return JSON.parse(readFileSync(join(root, file), 'utf8'));
}
