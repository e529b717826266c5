/** Say on stderr what takes long, and how long so far; one plain line where nobody watches. */
export async function progress<T>(what: string, work: () => Promise<T>): Promise<T> {
  const began = Date.now();
  const soFar = (): string => `${what}, ${Math.round((Date.now() - began) / 1000)} s`;
  if (!process.stderr.isTTY) {
    console.error(what);
    return work();
  }
  const timer = setInterval(() => process.stderr.write(`\r${soFar()}`), 1000);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    process.stderr.write(`\r${soFar()}\n`);
  }
}
