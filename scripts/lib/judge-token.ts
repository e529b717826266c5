import { causeOf } from '../../patterns/gate/cause.ts';
import { describeFault, describeScopes } from '../../patterns/token-authentication/found.ts';
import type { Options } from '../../patterns/token-authentication/options.ts';
import { covers } from '../../patterns/token-authentication/scopes.ts';
import {
  createVerifier,
  InvalidToken,
  KeysUnavailable,
} from '../../patterns/token-authentication/verify-token.ts';
import { run } from './children.ts';

/** What the settings say of tokens. */
export interface TokenSettings {
  resource: string;
  issuer: string;
  jwks: string;
  algorithms: string;
  scopes: string;
  tools: Record<string, string>;
}

/** Judge the token that a command prints as the gate would; the token itself is never printed. */
export async function judgeToken(
  spec: TokenSettings,
  command: string,
  cwd: string,
): Promise<{ accepted: boolean; text: string }> {
  const refuse = (text: string) => ({ accepted: false, text });
  const { code, stdout, stderr } = await run('sh', ['-c', command], { cwd, timeoutMs: 60_000 });
  const [token = ''] = stdout.trim().split(/\s+/);
  if (code !== 0 || token === '') {
    const said = stderr.trim().split('\n')[0] ?? '';
    return refuse(`"${command}" printed none${said === '' ? '' : `: ${said}`}`);
  }
  const [algorithms, scopes] = [spec.algorithms.split(' '), spec.scopes.split(' ')];
  const options: Options = { ...spec, jwksUri: spec.jwks, algorithms, scopes };
  try {
    const caller = await createVerifier(options)(token);
    const opened = Object.values(spec.tools).filter((it) => covers(caller.scopes, it, scopes));
    const count = `${opened.length} of ${Object.keys(spec.tools).length} tools`;
    if (opened.length === 0) return refuse(`it opens no tool: ${describeScopes(caller)}`);
    return { accepted: true, text: `accepted; subject ${caller.subject}, opens ${count}` };
  } catch (error) {
    if (error instanceof KeysUnavailable) {
      return refuse(`${spec.jwks} gives no keys: ${causeOf(error)}`);
    }
    if (!(error instanceof InvalidToken)) throw error;
    const found = describeFault(token, error, options);
    return refuse(`${error.message}${found === undefined ? '' : `: ${found}`}`);
  }
}
