import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK } from 'jose';

/** Someone with a key of their own and a host that publishes it. */
export interface Attacker {
  privateKey: CryptoKey;
  jwk: JWK;
  jwksUri: string;
  close: () => Promise<void>;
}

/** Make a key and publish it on loopback. */
export async function startAttacker(): Promise<Attacker> {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const jwk: JWK = { ...(await exportJWK(publicKey)), alg: 'ES256', use: 'sig', kid: 'mallory' };
  const listener = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [jwk] }));
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as AddressInfo;
  return {
    privateKey,
    jwk,
    jwksUri: `http://127.0.0.1:${port}/jwks.json`,
    close: () =>
      new Promise((resolve) => {
        listener.close(() => resolve());
        listener.closeAllConnections();
      }),
  };
}
