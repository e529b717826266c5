/** Most characters in a line of an exchange, in its marked line, in its JSON, and in an answer. */
export const width = { line: 42, marked: 36, json: 28, answer: 76 };

/** Fold a line after a comma, a blank, a slash or an underscore; what follows is indented by two more blanks. */
export function fold(line: string, limit: number): string[] {
  const lines: string[] = [];
  let rest = line;
  const indent = `${/^ */.exec(line)?.[0] ?? ''}  `;
  while (rest.length > limit) {
    const head = rest.slice(0, limit);
    const start = /^ */.exec(rest)?.[0].length ?? 0;
    const end = Math.max(...[',', ' ', '/', '_'].map((mark) => head.lastIndexOf(mark) + 1));
    const at = end > start + 1 ? end : limit;
    lines.push(rest.slice(0, at).trimEnd());
    rest = indent + rest.slice(at).trimStart();
  }
  return [...lines, rest];
}

/** Set JSON in lines: what fits stays on one line, what does not opens one level. */
export function foldJson(value: unknown, limit: number, indent = '', name = ''): string[] {
  const flat = `${indent}${name}${JSON.stringify(value)}`;
  if (flat.length <= limit || value === null || typeof value !== 'object') return [flat];
  const list = Array.isArray(value);
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  const inner = entries.flatMap(([key, item], index) => {
    const lines = foldJson(item, limit, `${indent} `, list ? '' : `${JSON.stringify(key)}:`);
    const last = lines.pop() ?? '';
    return [...lines, index < entries.length - 1 ? `${last},` : last];
  });
  const closing = `${inner.pop() ?? ''}${list ? ']' : '}'}`;
  return [`${indent}${name}${list ? '[' : '{'}`, ...inner, closing];
}
