/** One tool call, and what it is sent with. */
export interface Attempt {
  title: string;
  tool: string;
  arguments: Record<string, unknown>;
  token?: string;
  /** Session of a server that speaks 2025-11-25; without, the call is of 2026-07-28. */
  session?: string;
}

const meta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
};

/** Send a tool call and print the status, then the challenge or what the tool answered. */
export async function show(endpoint: URL, attempt: Attempt): Promise<void> {
  const { title, tool: name, token, session } = attempt;
  const params = { name, arguments: attempt.arguments };
  const response = await post(
    endpoint,
    { method: 'tools/call', params: session === undefined ? { ...params, _meta: meta } : params },
    {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(session === undefined
        ? { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': name }
        : { 'mcp-protocol-version': '2025-11-25', 'mcp-session-id': session }),
    },
  );
  const body = await response.text();
  const challenge = response.headers.get('www-authenticate');
  const shown =
    challenge === null
      ? readText(body).replaceAll('\n', '\n      ')
      : challenge
          .split(/ (?=\w+=)/)
          .map(fold)
          .join('\n    ');
  console.log(`${title}\n  ${response.status} ${shown}`);
}

/** Open a session with a server of 2025-11-25 and return its id. */
export async function initialize(endpoint: URL, token: string): Promise<string> {
  const params = {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'snippet', version: '1.0.0' },
  };
  const headers = { authorization: `Bearer ${token}` };
  const response = await post(endpoint, { method: 'initialize', params }, headers);
  await response.text();
  return response.headers.get('mcp-session-id') ?? '';
}

function post(endpoint: URL, message: object, headers: Record<string, string>): Promise<Response> {
  return fetch(endpoint, {
    method: 'POST',
    headers: {
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
      ...headers,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, ...message }),
  });
}

/** Read the text of a tool's result, or the message of an error, from JSON or one SSE event. */
function readText(body: string): string {
  const json = /^data: (.+)$/m.exec(body)?.[1] ?? body;
  const { result, error } = JSON.parse(json) as {
    result?: { content: { text: string }[] };
    error?: { message: string };
  };
  return result?.content[0]?.text ?? error?.message ?? '';
}

/** Put a long parameter on two lines, so that it fits a page. */
function fold(parameter: string): string {
  return parameter.length < 70 ? parameter : parameter.replace('=', '=\n      ');
}
