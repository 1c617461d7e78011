import type { Octokit } from '@octokit/core';
import { refusedAnswer } from './refused-answer.ts';

type Answer = Awaited<ReturnType<Octokit['request']>>;

/** As many addresses as a run asks again and again; the oldest go first. */
const mostKept = 200;
/** Bytes; what is larger is asked for again in whole. */
const largestKept = 512 * 1024;

/**
 * Keeps answers by their ETag: one that has not changed is asked for with `If-None-Match`, costs nothing of the quota,
 * and is given again from here.
 */
export function rememberAnswers(octokit: Octokit): void {
  const kept = new Map<string, { readonly etag: string; readonly answer: Answer }>();
  octokit.hook.wrap('request', async (request, options) => {
    if (options.method !== 'GET') return request(options);
    const key = octokit.request.endpoint(options as never).url;
    const known = kept.get(key);
    // The layers below are bound to this very object.
    if (known !== undefined) options.headers['if-none-match'] = known.etag;
    try {
      const answer = await request(options);
      const { etag } = answer.headers;
      if (etag !== undefined && Number(answer.headers['content-length']) <= largestKept) {
        kept.delete(key);
        kept.set(key, { etag, answer });
        if (kept.size > mostKept) kept.delete(kept.keys().next().value ?? '');
      }
      return answer;
    } catch (error) {
      if (known !== undefined && refusedAnswer(error)?.status === 304) return known.answer;
      throw error;
    }
  });
}
