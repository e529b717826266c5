import type { Adapter, AdapterPayload } from 'oidc-provider';

interface Entry {
  payload: AdapterPayload;
  expiresAt: number;
}

/** Store what the authorization server issues in memory; a key rotation keeps the store. */
export function createMemoryAdapter(): (name: string) => Adapter {
  const entries = new Map<string, Entry>();
  return (name) => {
    const find = (match: (payload: AdapterPayload) => boolean): AdapterPayload | undefined => {
      for (const [key, { payload, expiresAt }] of entries) {
        if (!key.startsWith(`${name}:`) || !match(payload)) continue;
        return expiresAt > Date.now() ? payload : undefined;
      }
      return undefined;
    };
    const byId = (id: string): AdapterPayload | undefined => {
      const entry = entries.get(`${name}:${id}`);
      return entry !== undefined && entry.expiresAt > Date.now() ? entry.payload : undefined;
    };
    return {
      upsert: (id, payload, expiresIn) => {
        const expiresAt = Date.now() + (expiresIn || 3600) * 1000;
        entries.set(`${name}:${id}`, { payload, expiresAt });
        return Promise.resolve();
      },
      find: (id) => Promise.resolve(byId(id)),
      findByUid: (uid) => Promise.resolve(find((payload) => payload.uid === uid)),
      findByUserCode: (code) => Promise.resolve(find(({ userCode }) => userCode === code)),
      consume: (id) => {
        const payload = byId(id);
        if (payload !== undefined) payload.consumed = Math.floor(Date.now() / 1000);
        return Promise.resolve();
      },
      destroy: (id) => {
        entries.delete(`${name}:${id}`);
        return Promise.resolve();
      },
      revokeByGrantId: (grantId) => {
        for (const [key, { payload }] of entries) {
          if (payload.grantId === grantId) entries.delete(key);
        }
        return Promise.resolve();
      },
    };
  };
}
