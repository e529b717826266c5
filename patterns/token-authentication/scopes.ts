import type { Message } from '../gate/stage.ts';
import type { Options } from './options.ts';

// #region scopes
/** Whether one of the granted scopes is the needed one or a broader one. */
export function covers(
  granted: readonly string[],
  needed: string,
  narrowToBroad: readonly string[],
): boolean {
  const rank = narrowToBroad.indexOf(needed);
  return granted.some((scope) => narrowToBroad.indexOf(scope) >= rank);
}

/** The scope that a request needs; undefined for a tool that nothing opens. */
export function scopeFor(
  message: Message | undefined,
  { scopes, tools }: Pick<Options, 'scopes' | 'tools'>,
): string | undefined {
  if (message?.method !== 'tools/call') return scopes[0];
  const tool = message.params?.['name'];
  if (typeof tool !== 'string' || !Object.hasOwn(tools, tool)) return undefined;
  return tools[tool];
}
// #endregion
