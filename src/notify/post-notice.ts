import type { NoticeRequest } from './http-request.ts';
import { refused, taken, type SinkAnswer } from './sink-answer.ts';

/** Posts a notice, and reads nothing of the answer but its status. Never rejects: what goes wrong is in the answer. */
export async function postNotice(
  url: URL,
  { headers, body }: NoticeRequest,
  signal: AbortSignal,
): Promise<SinkAnswer> {
  try {
    // Somewhere else is nobody that the user named.
    const answer = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal });
    await answer.body?.cancel();
    const words = `HTTP ${answer.status}`;
    return answer.ok ? taken(words) : refused(words);
  } catch (error) {
    return refused(signal.aborted ? 'no answer in time' : `no answer (${codeOf(error)})`);
  }
}

/** The code of a failure, such as `ECONNREFUSED`: its message may name the URL. */
function codeOf(error: unknown): string {
  const { cause } = error as { readonly cause?: { readonly code?: unknown } };
  return typeof cause?.code === 'string' ? cause.code : 'the request failed';
}
