import { palettes } from './palettes.ts';

/** A Shiki theme of two hues: keywords and keys, punctuation and comments; the rest is ink. */
export function codeTheme(type: 'light' | 'dark') {
  const { surface, ink, ink2, accent } = palettes[type];
  const rule = (scope: string[], foreground: string) => ({ scope, settings: { foreground } });
  return {
    name: type,
    type,
    colors: { 'editor.background': surface, 'editor.foreground': ink },
    tokenColors: [
      rule(['comment', 'punctuation.definition.comment'], ink2),
      rule(['punctuation', 'meta.brace', 'keyword.operator'], ink2),
      rule(['punctuation.definition.string', 'string'], ink),
      rule(['keyword', 'storage', 'keyword.operator.new', 'keyword.control'], accent),
      rule(
        ['entity.name.tag', 'support.type.property-name', 'entity.other.attribute-name'],
        accent,
      ),
    ],
  };
}
