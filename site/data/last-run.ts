import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { root } from './project.ts';

const record = z.object({ at: z.iso.datetime() });

/** Say when the attacks last ran on this machine, or that they have not. */
export function lastRun(now = Date.now(), path = join(root, '.cache/last-run.json')): string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'Not re-run here yet.';
    throw error;
  }
  const minutes = Math.max(
    0,
    Math.round((now - Date.parse(record.parse(JSON.parse(text)).at)) / 60_000),
  );
  if (minutes < 1) return 'Re-run here, just before this page was built.';
  const [count, unit] =
    minutes < 120
      ? [minutes, 'minute']
      : minutes < 48 * 60
        ? [Math.round(minutes / 60), 'hour']
        : [Math.round(minutes / 1440), 'day'];
  return `Re-run here, ${count} ${unit}${count === 1 ? '' : 's'} before this page was built.`;
}
