import { parseChallenge } from '../corpus/answer.ts';
import { readResponse } from '../corpus/json-rpc.ts';
import { fieldValues, type RawAnswer } from '../corpus/raw-http.ts';

/** What an answer says about a call whose effect nobody here can see. */
export interface Reply {
  /** `result`: the call was executed. `no`: the answer refuses it. Everything else is `unclear`. */
  kind: 'result' | 'no' | 'unclear';
  /** The HTTP status; 0 when there was no answer. */
  status: number;
  /** Status and reason in the answer's own words. */
  words: string;
  /** Parameters of the Bearer challenge, when there is one. */
  challenge?: Record<string, string>;
}

/** Read an answer; only 401, 403 and the status that the attack expects say no. */
export function readReply(answer: RawAnswer, expected = 401): Reply {
  const { status } = answer;
  const response = readResponse(answer);
  const [field] = fieldValues(answer.headers, 'www-authenticate');
  const challenge = field === undefined ? undefined : parseChallenge(field);
  const because =
    challenge?.['error_description'] ?? challenge?.['error'] ?? response?.error?.message;
  const words =
    because === undefined ? `${status} ${answer.reason}`.trim() : `${status} ${because}`;
  const common = { status, words, ...(challenge && { challenge }) };
  if (status === 200 && response?.result !== undefined) {
    if (response.result['isError'] !== true) return { ...common, kind: 'result' };
    return { ...common, kind: 'unclear', words: `${status} with an error of the tool` };
  }
  const no = status === 401 || status === 403 || status === expected;
  return { ...common, kind: no ? 'no' : 'unclear' };
}

/** What stands in the place of an answer that did not come. */
export function noReply(error: unknown): Reply {
  const { message } = error as Error;
  return { kind: 'unclear', status: 0, words: message };
}

/** Say how a refusal differs from what a client needs to go on; nothing when it does not. */
export function remarkOn({ status, challenge }: Reply, expected: string): string | undefined {
  if (String(status) !== expected) return `refused with ${status}, where ${expected} is asked for`;
  if (status !== 401) return undefined;
  if (challenge === undefined) return 'without WWW-Authenticate: a client learns nothing from it';
  if (challenge['resource_metadata'] !== undefined) return undefined;
  return 'the challenge names no resource_metadata: a client cannot find out where tokens are';
}
