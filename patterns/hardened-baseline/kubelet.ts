import { once } from 'node:events';
import { connect } from 'node:net';

/** Probe as a kubelet does by `httpGet`: any status from 200 to 399 is success, and no token is sent. */
export async function succeeds(url: URL): Promise<string> {
  try {
    const answer = await fetch(url, {
      redirect: 'manual',
      headers: { 'user-agent': 'kube-probe/1.37', accept: '*/*' },
      signal: AbortSignal.timeout(5000),
    });
    await answer.body?.cancel();
    return `${answer.status} ${answer.status < 400 ? 'success' : 'failure'}`;
  } catch {
    return 'no answer, failure';
  }
}

/** Probe as a kubelet does by `tcpSocket`: a connection that opens is success. */
export async function opens({ hostname, port }: URL): Promise<string> {
  const socket = connect(Number(port), hostname);
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(5000) });
    return 'open, success';
  } catch {
    return 'refused, failure';
  } finally {
    socket.destroy();
  }
}
