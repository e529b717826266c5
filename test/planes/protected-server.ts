import type { Stage } from '../../patterns/gate/stage.ts';
import {
  startAuthorizationServer,
  type AuthorizationServer,
} from '../../patterns/reference-server/authorization-server.ts';
import { scopes } from '../../patterns/reference-server/subjects.ts';
import { tokenAuthentication } from '../../patterns/token-authentication/token-authentication.ts';
import { startAttacker, type Attacker } from '../corpus/attacker.ts';
import { jwksMaxAge, resource } from '../surfaces/server.ts';

/** Who stands around every server: who issues its tokens, and who would like to. */
export interface Surroundings {
  authorizationServer: AuthorizationServer;
  attacker: Attacker;
  close: () => Promise<void>;
}

/** Start an authorization server that knows this resource, and an attacker. */
export async function startSurroundings(): Promise<Surroundings> {
  const authorizationServer = await startAuthorizationServer({ resources: [resource] });
  const attacker = await startAttacker();
  return {
    authorizationServer,
    attacker,
    close: async () => {
      await authorizationServer.close();
      await attacker.close();
    },
  };
}

/** Configure the stages of every TypeScript plane: the same for a server of ours and of others. */
export function stagesFor(
  { issuer, jwksUri }: AuthorizationServer,
  tools: Record<string, string>,
): Stage[] {
  return [
    tokenAuthentication({
      resource,
      issuer,
      jwksUri,
      algorithms: ['ES256'],
      scopes,
      tools,
      jwksCacheMaxAge: jwksMaxAge,
      jwksCooldown: 0,
    }),
  ];
}
