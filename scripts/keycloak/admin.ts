import { createPrivateKey, createPublicKey } from 'node:crypto';
import type { JWK } from 'jose';

/** Who signs in, and what the realm's mappers say of them. */
export interface Person {
  name: string;
  password: string;
  roles: readonly string[];
  tenant: string;
}

const keyProvider = 'org.keycloak.keys.KeyProvider';

/** The admin API of one realm, as the temporary administrator of a server that was just started. */
export class Admin {
  readonly #origin: string;
  readonly #realm: string;
  readonly #secret: string;

  constructor(origin: string, realm: string, secret: string) {
    this.#origin = origin;
    this.#realm = realm;
    this.#secret = secret;
  }

  /** Obtain a token; it is valid for a minute only, so each call has its own. */
  async token(): Promise<string> {
    const url = `${this.#origin}/realms/master/protocol/openid-connect/token`;
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: adminClient,
      client_secret: this.#secret,
    });
    const response = await fetch(url, {
      method: 'POST',
      body,
      signal: AbortSignal.timeout(60_000),
    });
    if (!response.ok) throw new Error(`no administrator: ${response.status}`);
    return ((await response.json()) as { access_token: string }).access_token;
  }

  /** Call the API below the realm; anything but success is an error with Keycloak's own words. */
  async call<T = unknown>(path: string, method = 'GET', body?: unknown): Promise<T> {
    const response = await fetch(`${this.#origin}/admin/realms/${this.#realm}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${await this.token()}`,
        'content-type': 'application/json',
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  async addPerson({ name, password, roles, tenant }: Person): Promise<void> {
    await this.call('/users', 'POST', {
      username: name,
      enabled: true,
      attributes: { tenant: [tenant] },
      credentials: [{ type: 'password', value: password, temporary: false }],
    });
    const [user] = await this.call<{ id: string }[]>(`/users?exact=true&username=${name}`);
    const chosen = await Promise.all(roles.map((role) => this.call(`/roles/${role}`)));
    await this.call(`/users/${user?.id}/role-mappings/realm`, 'POST', chosen);
  }

  /** Have the realm sign with this key: of keys for one algorithm, the highest priority signs. */
  async addKey(name: string, key: JWK, priority: number): Promise<void> {
    await this.call('/components', 'POST', {
      name,
      providerId: key.kty === 'EC' ? 'ecdsa-generated' : 'rsa',
      providerType: keyProvider,
      config: { ...keyConfig(key), priority: [String(priority)] },
    });
  }

  /** Withdraw keys by the name of their component; tokens that they signed are not valid any more. */
  async removeKeys(name: string): Promise<void> {
    const found = await this.call<{ id: string; name: string }[]>(
      `/components?type=${keyProvider}`,
    );
    const named = found.filter((component) => component.name === name);
    if (named.length === 0) throw new Error(`the realm has no key "${name}"`);
    for (const { id } of named) await this.call(`/components/${id}`, 'DELETE');
  }
}

/** The client of the temporary administrator, made when Keycloak first starts. */
export const adminClient = 'administrator-for-a-while';

function keyConfig(key: JWK): Record<string, string[]> {
  const secret = createPrivateKey({ key, format: 'jwk' });
  if (key.kty !== 'EC') {
    return { privateKey: [secret.export({ type: 'pkcs8', format: 'pem' }).toString()] };
  }
  const open = createPublicKey(secret);
  return {
    ecdsaEllipticCurveKey: [key.crv ?? ''],
    ecdsaPrivateKey: [secret.export({ type: 'pkcs8', format: 'der' }).toString('base64')],
    ecdsaPublicKey: [open.export({ type: 'spki', format: 'der' }).toString('base64')],
  };
}
