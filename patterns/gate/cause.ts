/** Say in a few words what lies beneath an error: a name not found, a certificate, a refused connection. */
export function causeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return causeOf(error.errors[0]);
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return causeOf(error.cause);
  const { code } = error as NodeJS.ErrnoException;
  const named = typeof code !== 'string' || /^ERR_J/.test(code) || error.message.includes(code);
  return named ? error.message : `${code}: ${error.message}`;
}
