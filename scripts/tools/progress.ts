/** What takes long at the moment, and since when. */
const underWay = new Map<string, number>();
let shownElsewhere = false;

/** Say on stderr what takes long, and how long so far; one plain line where nobody watches. */
export async function progress<T>(what: string, work: () => Promise<T>): Promise<T> {
  underWay.set(what, Date.now());
  const shows = process.stderr.isTTY && !shownElsewhere;
  if (!shows) console.error(what);
  const timer = setInterval(() => shows && process.stderr.write(`\r${soFar()}`), 1000);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    if (shows) process.stderr.write(`\r${soFar()}\n`);
    underWay.delete(what);
  }
}

/** Let the caller show what is under way, which is then no longer shown here. */
export function takeOverProgress(): () => string {
  shownElsewhere = true;
  return soFar;
}

function soFar(): string {
  const seconds = (began: number) => Math.round((Date.now() - began) / 1000);
  return [...underWay].map(([what, began]) => `${what}, ${seconds(began)} s`).join('; ');
}
