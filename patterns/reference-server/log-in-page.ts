import type { IncomingMessage, ServerResponse } from 'node:http';
import type Provider from 'oidc-provider';
import { subjectOf } from './clients.ts';
import { subjects } from './subjects.ts';

const html = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
};

/** Show who can sign in, then what is asked for; take the choice and return to the request. */
export async function answerLogIn(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { prompt, params, uid, session, grantId } = await provider.interactionDetails(
    request,
    response,
  );
  const clientId = String(params['client_id']);
  const choice = request.method === 'POST' ? await readForm(request) : undefined;

  if (prompt.name === 'login') {
    const people = subjects.filter(({ kind }) => kind === 'person');
    const person = people.find(
      ({ name }) => name === choice?.get('subject') && name === subjectOf(clientId, name)?.signsIn,
    );
    if (person?.signsIn === undefined) {
      const buttons = people
        .filter(({ signsIn }) => signsIn !== undefined)
        .map(
          ({ name, shows }) => `<button name="subject" value="${name}">${name}</button> ${shows}`,
        );
      response.writeHead(200, html).end(page('Sign in as', uid, buttons));
      return;
    }
    const login = { accountId: person.signsIn, acr: person.acr };
    await provider.interactionFinished(request, response, { login });
    return;
  }

  const { scope } = params;
  const asked = typeof scope === 'string' ? scope.split(' ') : [];
  const granted = subjectOf(clientId, session?.accountId)?.scopes ?? [];
  const allowed = asked.filter((scope) => granted.includes(scope));
  if (choice === undefined) {
    const { hostname } = new URL(String(params['redirect_uri']));
    const lines = [
      `${escape(clientId)} asks for ${escape(allowed.join(' ') || 'nothing you may grant')}`,
      `The answer goes to ${escape(hostname)}`,
      '<button name="consent" value="allow">Allow</button>',
      '<button name="consent" value="deny">Deny</button>',
    ];
    response.writeHead(200, html).end(page('Allow access', uid, lines));
    return;
  }
  if (choice.get('consent') !== 'allow' || allowed.length === 0) {
    const denied = { error: 'access_denied', error_description: 'nothing was granted' };
    await provider.interactionFinished(request, response, denied);
    return;
  }
  const grant =
    (grantId === undefined ? undefined : await provider.Grant.find(grantId)) ??
    new provider.Grant({ accountId: session?.accountId, clientId });
  for (const resource of [params['resource']].flat().map(String)) {
    grant.addResourceScope(resource, allowed.join(' '));
    const refused = asked.filter((scope) => !allowed.includes(scope));
    if (refused.length > 0) grant.rejectResourceScope(resource, refused.join(' '));
  }
  await provider.interactionFinished(
    request,
    response,
    { consent: { grantId: await grant.save() } },
    { mergeWithLastSubmission: true },
  );
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return new URLSearchParams(Buffer.concat(chunks).toString());
}

function page(title: string, uid: string, lines: string[]): string {
  return `<!doctype html><html lang="en"><title>${title}</title><h1>${title}</h1>
<form method="post" action="/interaction/${uid}"><p>${lines.join('</p>\n<p>')}</p></form></html>
`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
