const mostSteps = 12;

/**
 * Sign in and consent without a person: follow the authorization request, press the buttons, and
 * return the redirect to the client with its query. Throws when the server answers with a page that
 * asks for nothing known.
 */
export async function logIn(authorizationUrl: URL, subject: string): Promise<URL> {
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
    if (page.includes(`name="subject" value="${subject}"`)) {
      form = new URLSearchParams({ subject });
    } else if (page.includes('name="consent"')) {
      form = new URLSearchParams({ consent: 'allow' });
    } else {
      throw new Error(`${subject} cannot sign in: ${response.status} ${page.trim()}`);
    }
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
