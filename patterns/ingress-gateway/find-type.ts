import { readFileSync } from 'node:fs';

/** Where the expression comes from that finds the type of a token without decoding it. */
const type = '"at+jwt"';

// #region forms
/** The type in base64, without the ends that depend on the bytes around it. */
const forms = [0, 1, 2].map((before) => {
  const bytes = Buffer.from(`${'.'.repeat(before)}${type}..`);
  const end = Math.floor(((before + type.length) * 4) / 3);
  return bytes.toString('base64url').slice(Math.ceil((before * 4) / 3), end);
});
// #endregion

const file = 'manifests/ingress-gateway/pattern/security.yaml';
const [, found = ''] = /\.matches\("(.*\|.*)"\)/.exec(readFileSync(file, 'utf8')) ?? [];
console.log(`${type} in base64\n  ${forms.join('\n  ')}`);
console.log(`in the manifest\n  ${found}`);
if (!found.endsWith(`(${forms.join('|')})`)) throw new Error(`${file} has other forms`);

const typ = 'at+jwt';
for (const header of [
  { alg: 'ES256', typ, kid: '1' },
  { kid: '10', alg: 'ES256', typ },
  { kid: '100', alg: 'ES256', typ },
  { alg: 'ES256', typ: 'JWT', kid: '1' },
  { alg: 'ES256', kid: '1' },
]) {
  const text = JSON.stringify(header);
  const token = `${Buffer.from(text).toString('base64url')}.claims.signature`;
  const verdict = new RegExp(found).test(`Bearer ${token}`) ? 'found' : 'not found';
  console.log(`${text}\n  ${verdict}`);
}
