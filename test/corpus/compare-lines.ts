import type { Line } from '../../evidence/evidence.ts';
import { fold, width } from './fold.ts';

/** Mark the one line in which two exchanges differ; more than one difference is an error. */
export function compareLines(attack: string[], twin: string[]): { attack: Line[]; twin: Line[] } {
  const moved = attack.find(carriesToken) !== twin.find(carriesToken);
  const [a, b] = moved ? [withoutToken(attack), withoutToken(twin)] : [attack, twin];
  const [fault, mended] = [alone(a, b), alone(b, a)];
  return { attack: mark(attack, twin, fault, mended), twin: mark(twin, attack, mended, fault) };
}

/** Mark the line that only this side has; where it has none, say what it lacks in that place. */
function mark(side: string[], other: string[], [own, ...more]: string[], lacks: string[]): Line[] {
  const faults = more.filter((line) => !isValueOf(side, own, line));
  if (faults.length > 0) throw new Error(`more differs: ${[own, ...faults].join(' and ')}`);
  const [missing] = lacks;
  if (own === undefined && missing === undefined) throw new Error('attack and twin are the same');
  const lines =
    own === undefined ? side.toSpliced(other.indexOf(missing ?? ''), 0, no(missing, side)) : side;
  const at = own === undefined ? other.indexOf(missing ?? '') : side.lastIndexOf(own);
  return lines.flatMap((text, index) => {
    if (index !== at) return fold(text, width.line).map((part) => ({ text: part }));
    if (text.length <= width.marked) return [{ text, marked: true as const }];
    throw new Error(`the line that differs is longer than ${width.marked} characters: ${text}`);
  });
}

/** A long value stands below its name. */
function isValueOf(side: string[], name: string | undefined, line: string): boolean {
  return line.startsWith('    ') && side[side.lastIndexOf(line) - 1] === name;
}

/** Name what is not there, as `no Authorization`, or `no second aud`. */
function no(missing = '', side: string[]): string {
  const [, indent = '', name = missing] = /^( *)"?([\w-]+)/.exec(missing) ?? [];
  const again = side.some((line) => line.startsWith(`${indent}${name}`));
  const text = `${indent}no ${again ? 'second ' : ''}${name}`;
  return text.length > width.marked ? `${text.slice(0, width.marked - 1)}…` : text;
}

/** Lines of the first that the second lacks. */
function alone(lines: string[], others: string[]): string[] {
  const rest = [...others];
  return lines.filter((line) => {
    const at = rest.indexOf(line);
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
}

function carriesToken(line: string): boolean {
  return line.includes('eyJ…');
}

/** A token's header and claims follow the line that carries it, wherever that stands. */
function withoutToken(lines: string[]): string[] {
  const start = lines.findIndex(carriesToken);
  if (start < 0) return lines;
  const length = lines.slice(start + 1).findIndex((line) => !/^ +[a-z_]+ {2}/.test(line));
  return lines.toSpliced(start + 1, length < 0 ? lines.length : length);
}
