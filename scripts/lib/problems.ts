/** One thing to mend: `file:line: what is wrong`. */
export interface Problem {
  file: string;
  line?: number;
  text: string;
}

/** Print every problem; one is enough to set the exit code. */
export function printProblems(problems: readonly Problem[]): void {
  for (const { file, line, text } of problems) {
    console.error(`${line === undefined ? file : `${file}:${line}`}: ${text}`);
  }
  if (problems.length > 0) process.exitCode = 1;
}

/** Print every problem and set the exit code; checking nothing is a problem too. */
export function report(what: string, checked: number, problems: readonly Problem[]): void {
  printProblems(problems);
  if (checked === 0) {
    console.error(`no ${what} found: nothing was checked`);
    process.exitCode = 1;
  } else if (problems.length === 0)
    console.log(`${checked} ${checked === 1 ? what.replace(/s$/, '') : what}`);
}
