/** One thing to mend: `file:line: what is wrong`. */
export interface Problem {
  file: string;
  line?: number;
  text: string;
}

/** Print every problem and set the exit code; checking nothing is a problem too. */
export function report(what: string, checked: number, problems: readonly Problem[]): void {
  for (const { file, line, text } of problems) {
    console.error(`${line === undefined ? file : `${file}:${line}`}: ${text}`);
  }
  if (checked === 0) console.error(`no ${what} found: nothing was checked`);
  if (problems.length > 0 || checked === 0) process.exitCode = 1;
  else console.log(`${checked} ${what}`);
}
