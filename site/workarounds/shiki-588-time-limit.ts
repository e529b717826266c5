interface TokenOptions {
  tokenizeTimeLimit?: number;
}

/**
 * Let Shiki take the time it needs: after 500 ms it leaves the rest of a line without colour, for
 * each theme by itself, so that a build on a busy machine differs from the next (shikijs/shiki#588).
 * Expressive Code passes no options on, but hands them to a transformer.
 */
export const withoutTimeLimit = {
  name: 'without-time-limit',
  preprocess(_code: string, options: TokenOptions): void {
    options.tokenizeTimeLimit = 0;
  },
};
