import { setTimeout as delay } from 'node:timers/promises';
import type { ServerAttack } from '../contracts.ts';
import { FromNow } from '../corpus/token.ts';
import { jwksMaxAge, server, type ServerTarget } from '../surfaces/server.ts';
import { invalidToken } from './answers.ts';
import { claim, signedWith } from './changes.ts';

export const tokenLifetime: ServerAttack[] = [
  {
    id: 'expired',
    title: 'An expired token',
    about: 'Its time is over by more than the clock skew that the server allows.',
    threat: 'MT-05',
    criteria: ['C2'],
    surface: 'server',
    change: claim('exp', new FromNow(-10)),
    refused: invalidToken('the token has expired'),
  },
  {
    id: 'no-expiry',
    title: 'A token that never expires',
    about: 'Without exp a stolen token is good for ever.',
    threat: 'MT-05',
    criteria: ['C2'],
    surface: 'server',
    change: claim('exp', undefined),
    refused: invalidToken('the token has no valid exp'),
  },
  {
    id: 'expiry-as-string',
    title: 'An expiry that is not a number',
    about:
      'A comparison with a string can turn out either way; a date has one form (RFC 7519 §4.1.4).',
    threat: 'MT-05',
    criteria: ['C2'],
    surface: 'server',
    change: claim('exp', new FromNow(300, true)),
    refused: invalidToken('the token has no valid exp'),
  },
  {
    id: 'not-yet-valid',
    title: 'A token that is not valid yet',
    about: 'Issued ahead of time, for when nobody looks any more.',
    threat: 'MT-05',
    criteria: ['C2'],
    surface: 'server',
    change: claim('nbf', new FromNow(60)),
    refused: invalidToken('the token is not valid yet'),
  },
  {
    id: 'withdrawn-key',
    title: 'A token of a withdrawn key, once the cached keys are too old',
    about:
      'The authorization server has replaced the key, and the keys that the server keeps are older than their stated age. Until then the token is accepted: the lag is bounded, and not refused.',
    threat: 'MT-05',
    criteria: ['C2'],
    surface: 'server',
    given: rotate,
    change: signedWith('withdrawn key'),
    refused: invalidToken('the token is not signed by the issuer'),
  },
];

/** Let the plane fetch the keys, replace them, and wait until what it cached is too old. */
async function rotate(target: ServerTarget): Promise<void> {
  await server.run(await server.legitimate(target), target);
  await target.authorizationServer.rotateKeys();
  await delay((target.jwksMaxAge ?? jwksMaxAge) + 50);
}
