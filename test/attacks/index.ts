import type { Attack } from '../contracts.ts';
import { clientDiscovery } from './client-discovery.ts';
import { credentials } from './credentials.ts';
import { forgedIdentity } from './forged-identity.ts';
import { network } from './network.ts';
import { scopes } from './scopes.ts';
import { tokenAudience } from './token-audience.ts';
import { tokenLifetime } from './token-lifetime.ts';

/** The corpus, by the group that its file is named after. */
export const groups: Record<string, Attack[]> = {
  credentials,
  'forged-identity': forgedIdentity,
  'token-audience': tokenAudience,
  'token-lifetime': tokenLifetime,
  scopes,
  'client-discovery': clientDiscovery,
  network,
};

/** Every attack, in the order of the groups. */
export const attacks: Attack[] = Object.values(groups).flat();
