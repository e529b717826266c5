const mostSteps = 12;

/** What a person does with a page: the form that they send, to another address than the page's own. */
export interface Pressed {
  form: URLSearchParams;
  action?: URL;
}

/**
 * Sign in and consent without a person: follow the authorization request, press the buttons, and
 * return the redirect to the client with its query. Throws when the server answers with a page that
 * asks for nothing known.
 */
export function logIn(authorizationUrl: URL, subject: string): Promise<URL> {
  return follow(authorizationUrl, subject, (page) => {
    if (page.includes(`name="subject" value="${subject}"`)) {
      return { form: new URLSearchParams({ subject }) };
    }
    if (page.includes('name="consent"')) return { form: new URLSearchParams({ consent: 'allow' }) };
    return undefined;
  });
}

/** Follow an authorization request, and do with each page what `press` says, back to the client. */
export async function follow(
  authorizationUrl: URL,
  subject: string,
  press: (page: string, url: URL) => Pressed | undefined,
): Promise<URL> {
  const cookies = new Map<string, string>();
  let url = authorizationUrl;
  let form: URLSearchParams | undefined;
  for (let step = 0; step < mostSteps; step++) {
    const response = await fetch(url, {
      method: form === undefined ? 'GET' : 'POST',
      body: form,
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
    });
    keepCookies(cookies, response);
    form = undefined;
    const location = response.headers.get('location');
    if (location !== null) {
      await response.body?.cancel();
      url = new URL(location, url);
      if (url.origin !== authorizationUrl.origin) return url;
      continue;
    }
    const page = await response.text();
    const pressed = press(page, url);
    if (pressed === undefined) {
      throw new Error(`${subject} cannot sign in: ${response.status} ${page.trim()}`);
    }
    form = pressed.form;
    url = pressed.action ?? url;
  }
  throw new Error(`${subject} is still not signed in after ${mostSteps} steps`);
}

function keepCookies(cookies: Map<string, string>, response: Response): void {
  for (const cookie of response.headers.getSetCookie()) {
    const [pair = ''] = cookie.split(';');
    const at = pair.indexOf('=');
    cookies.set(pair.slice(0, at), pair.slice(at + 1));
  }
}
