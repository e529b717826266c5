/** A seeded fault: an edit that one check must notice, for the right reason. */
export interface Fault {
  /** Kebab-case, unique: names the harm. */
  id: string;
  /** The file edited, from the root. */
  file: string;
  /** Replace one text that occurs exactly once; without `find`, the file is created (or overwritten) with `replace`; `remove` deletes it. */
  find?: string;
  replace?: string;
  remove?: true;
  /** Further edits that belong to the same fault. */
  also?: Pick<Fault, 'file' | 'find' | 'replace' | 'remove'>[];
  /** The one check that must go red: a script (`scripts/check-x.ts`, with arguments) or a test file (`test/x.test.ts`). */
  check: string;
  /** Only tests whose title matches, to keep a fault fast. */
  only?: string;
  /** Text that the check's output must contain: the reason. */
  says: string;
  /** The check takes less than two seconds: `npm test` runs this fault too. */
  fast?: true;
}
