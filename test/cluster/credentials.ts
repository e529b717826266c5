import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Those who call the API server, and the group that gives them what they may do. */
const callers = {
  admin: { user: 'admin', groups: 'system:masters' },
  controllers: { user: 'system:kube-controller-manager', groups: '' },
};

/** Write what a cluster needs to know its callers: fresh tokens, kubeconfigs, and a key for tokens of pods. */
export function writeCredentials(folder: string, port: number): void {
  const write = (name: string, text: string) =>
    writeFileSync(join(folder, name), text, { mode: 0o600 });
  const rows = Object.entries(callers).map(([name, { user, groups }]) => {
    const token = randomBytes(32).toString('hex');
    // the API server writes its own certificate there before it is ready
    const server = {
      server: `https://127.0.0.1:${port}`,
      'certificate-authority': join(folder, 'apiserver.crt'),
    };
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'here', cluster: server }],
      users: [{ name, user: { token } }],
      contexts: [{ name: 'here', context: { cluster: 'here', user: name } }],
      'current-context': 'here',
    };
    write(`${name}.kubeconfig`, JSON.stringify(config));
    return `${token},${user},${name},"${groups}"\n`;
  });
  write('tokens.csv', rows.join(''));
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  write('service-accounts.pub', publicKey);
  write('service-accounts.key', privateKey);
}
