import type { Stage } from '../../patterns/gate/stage.ts';
import {
  startAuthorizationServer,
  type AuthorizationServer,
} from '../../patterns/reference-server/authorization-server.ts';
import { logIn } from '../../patterns/reference-server/log-in.ts';
import { scopes } from '../../patterns/reference-server/subjects.ts';
import { tokenAuthentication } from '../../patterns/token-authentication/token-authentication.ts';
import { startAttacker, type Attacker } from '../corpus/attacker.ts';
import { jwksMaxAge, resource } from '../surfaces/server.ts';

/** Who stands around every server: who issues its tokens, and who would like to. */
export interface Surroundings {
  authorizationServer: AuthorizationServer;
  /** How a person signs in there. */
  signIn: typeof logIn;
  attacker: Attacker;
  close: () => Promise<void>;
}

/** Start an attacker beside an authorization server that knows this resource: ours, or one given. */
export async function startSurroundings(
  given?: Pick<Surroundings, 'authorizationServer' | 'signIn'>,
): Promise<Surroundings> {
  const { authorizationServer, signIn } = given ?? {
    authorizationServer: await startAuthorizationServer({ resources: [resource] }),
    signIn: logIn,
  };
  const attacker = await startAttacker();
  return {
    authorizationServer,
    signIn,
    attacker,
    close: async () => {
      await authorizationServer.close();
      await attacker.close();
    },
  };
}

/** How long a plane goes on with the keys that it has, so short that a test can wait for its end. */
const short = { jwksCacheMaxAge: jwksMaxAge, jwksCooldown: 0 };

/** Configure the stages of every TypeScript plane: the same for a server of ours and of others. */
export function stagesFor(
  { issuer, jwksUri }: Pick<AuthorizationServer, 'issuer' | 'jwksUri'>,
  tools: Record<string, string>,
  keys: Partial<typeof short> = short,
): Stage[] {
  return [
    tokenAuthentication({
      resource,
      issuer,
      jwksUri,
      algorithms: ['ES256'],
      scopes,
      tools,
      ...keys,
    }),
  ];
}
