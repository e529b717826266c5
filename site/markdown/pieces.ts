import { href } from '../data/project.ts';
import { marker } from './markers.ts';

/** A stretch of a rendered page, and the derived part that follows it. */
export interface Piece {
  text: string;
  name?: string;
  argument?: string;
}

/** Cut a rendered page at its markers, and let the title of an included manifest download it. */
export function pieces(html: string): Piece[] {
  const parts = html
    .replace(
      /(<span class="title">)(manifests\/[^<]+)(<\/span>)/g,
      (_, open: string, path: string, close: string) =>
        `${open}<a href="${href(`/${path}`)}" download>${path}</a>${close}`,
    )
    .split(new RegExp(marker, 'g'));
  return Array.from({ length: Math.ceil(parts.length / 3) }, (_, index) => ({
    text: parts[index * 3] ?? '',
    ...(parts[index * 3 + 1] && { name: parts[index * 3 + 1] }),
    ...(parts[index * 3 + 2] && { argument: parts[index * 3 + 2] }),
  }));
}
