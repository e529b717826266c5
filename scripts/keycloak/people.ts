import { subjects } from '../../patterns/reference-server/subjects.ts';
import type { Admin } from './admin.ts';
import { random } from './start.ts';

/** Let the people of the examples sign in, each with a password made up now; return them by name. */
export async function addPeople(admin: Admin): Promise<Map<string, string>> {
  const passwords = new Map<string, string>();
  for (const { name, kind, scopes, claims } of subjects) {
    if (kind !== 'person' || scopes.length === 0) continue;
    const password = random();
    await admin.addPerson({ name, password, ...claims });
    passwords.set(name, password);
  }
  return passwords;
}
