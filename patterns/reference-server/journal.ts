import { appendFileSync } from 'node:fs';

/** A tool call that the server executed; what happened is read here, never guessed from a status. */
export interface Call {
  tool: string;
  arguments: Record<string, unknown>;
}

/** Every executed call, in order; with a file, one JSON object per line is appended to it too. */
export class Journal {
  readonly calls: Call[] = [];
  readonly file: string | undefined;

  constructor(file?: string) {
    this.file = file;
    if (file !== undefined) appendFileSync(file, '');
  }

  append(call: Call): void {
    this.calls.push(call);
    if (this.file !== undefined) appendFileSync(this.file, `${JSON.stringify(call)}\n`);
  }

  clear(): void {
    this.calls.length = 0;
  }
}
