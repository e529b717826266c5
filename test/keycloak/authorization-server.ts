import type { JSONWebKeySet, JWK } from 'jose';
import type { AuthorizationServer } from '../../patterns/reference-server/authorization-server.ts';
import { requestToken } from '../../patterns/reference-server/grants.ts';
import { mintToken } from '../../patterns/reference-server/mint.ts';
import {
  createSigningKeys,
  rotate,
  type SigningKey,
} from '../../patterns/reference-server/signing-keys.ts';
import { findSubject } from '../../patterns/reference-server/subjects.ts';
import { addPeople } from '../../scripts/keycloak/people.ts';
import { signIn } from '../../scripts/keycloak/sign-in.ts';
import { startKeycloak, type Keycloak } from '../../scripts/keycloak/start.ts';
import { resource } from '../surfaces/server.ts';

/** A real Keycloak in the place of the embedded authorization server. */
export interface KeycloakServer extends AuthorizationServer {
  keycloak: Keycloak;
  passwords: ReadonlyMap<string, string>;
  signIn: (url: URL, subject: string) => Promise<URL>;
}

/**
 * Start Keycloak with the published realm and the subjects of the examples. Its own key is replaced
 * by one of the tests: a faulty token is one that only this authorization server could have signed.
 */
export async function startKeycloakServer(): Promise<KeycloakServer> {
  const keycloak = await startKeycloak({ resource });
  try {
    return await furnish(keycloak);
  } catch (error) {
    await keycloak.close();
    throw error;
  }
}

async function furnish(keycloak: Keycloak): Promise<KeycloakServer> {
  const { admin, issuer, jwksUri, secrets } = keycloak;
  const passwords = await addPeople(admin);
  let keys = await createSigningKeys();
  let published: JWK[] = [];
  // each key is called as Keycloak calls it, and the one that signs stands first
  const learn = async () => {
    const { keys: found } = (await (await fetch(jwksUri)).json()) as JSONWebKeySet;
    const [current, rsa] = [called(found, keys.current), called(found, keys.rsa)];
    keys = { ...keys, current, rsa };
    published = found.sort((a, b) => Number(b.kid === current.kid) - Number(a.kid === current.kid));
  };
  let turn = 0;
  await admin.addKey(`key ${turn}`, keys.current, 200);
  await admin.addKey('published', keys.rsa, 50);
  await admin.removeKeys('es256');
  await learn();
  const asPerson = (url: URL, subject: string) =>
    signIn(url, subject, passwords.get(subject) ?? '');
  return {
    keycloak,
    passwords,
    issuer,
    jwksUri,
    secrets,
    signIn: asPerson,
    mint: (mint) => mintToken(keys, { issuer, audience: resource }, mint),
    tokenFor: (subject, { scope, resource: at = resource } = {}) =>
      requestToken({
        issuer,
        subject,
        resource: at,
        scope,
        secret: secrets.get(findSubject(subject).clientId),
        signIn: asPerson,
      }),
    rotateKeys: async () => {
      keys = await rotate(keys);
      // never without a key, for which Keycloak would make one of its own
      await admin.addKey(`key ${turn + 1}`, keys.current, 200);
      await admin.removeKeys(`key ${turn++}`);
      await learn();
    },
    jwks: () => ({ keys: published }),
    close: keycloak.close,
  };
}

/** A key under the identifier that Keycloak has given it; one that it does not publish is an error. */
function called(published: readonly JWK[], key: SigningKey): SigningKey {
  const found = published.find(({ x, n }) => (key.kty === 'RSA' ? n === key.n : x === key.x));
  if (found?.kid === undefined) throw new Error(`Keycloak does not publish the ${key.alg} key`);
  return { ...key, kid: found.kid };
}
