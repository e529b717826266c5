import type { Element } from 'hast';
import { select, selectAll } from 'hast-util-select';
import { toString } from 'hast-util-to-string';
import rehypeParse from 'rehype-parse';
import { unified } from 'unified';
import { follow, type Pressed } from '../../patterns/reference-server/log-in.ts';

/** Sign in at Keycloak with a password, consent, and return the redirect to the client. */
export function signIn(url: URL, name: string, password: string): Promise<URL> {
  let asked = false;
  return follow(url, name, (page, at) => {
    const tree = unified().use(rehypeParse).parse(page);
    const form = select('form', tree);
    if (form === undefined) throw new Error(`${name} cannot sign in: ${errorOf(page)}`);
    const has = (field: string) => select(`[name="${field}"]`, form) !== undefined;
    if (has('password')) {
      // the same form again means that Keycloak did not take the password
      if (asked) throw new Error(`${name} cannot sign in: ${errorOf(page)}`);
      asked = true;
      return press(form, at, { username: name, password });
    }
    return has('accept') ? press(form, at, { accept: 'Yes' }) : undefined;
  });
}

/** Fill in a form: what it holds hidden is sent along. */
function press(form: Element, at: URL, values: Record<string, string>): Pressed {
  const hidden = selectAll('input[type="hidden"]', form).map(({ properties }) => [
    String(properties['name']),
    String(properties['value'] ?? ''),
  ]);
  const action = new URL(String(form.properties['action']), at);
  return { action, form: new URLSearchParams([...hidden, ...Object.entries(values)]) };
}

/** What a page of Keycloak says went wrong. */
function errorOf(page: string): string {
  const tree = unified().use(rehypeParse).parse(page);
  const places = [
    ...['#kc-error-message', '.kc-feedback-text', '#input-error-username', '#input-error-password'],
    'title',
  ];
  const message = places.map((place) => select(place, tree)).find((each) => each !== undefined);
  return (message === undefined ? page : toString(message)).replaceAll(/\s+/g, ' ').trim();
}
