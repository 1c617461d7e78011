/** Statuses whose answers have no body. */
const bodiless = new Set([204, 205, 304]);

/**
 * Fetches an answer with its whole body, within a time limit. Read later and bit by bit, a body that a broken connection
 * cut short would pass for an empty one.
 */
export function fetchWhole(timeLimitMs: number): typeof fetch {
  return async (input, init = {}) => {
    const limit = AbortSignal.timeout(timeLimitMs);
    const signal = init.signal ? AbortSignal.any([init.signal, limit]) : limit;
    const answer = await fetch(input, { ...init, signal });
    const body = await answer.arrayBuffer();
    const { status, statusText, headers, url } = answer;
    const whole = new Response(bodiless.has(status) ? null : body, { status, statusText, headers });
    return Object.defineProperty(whole, 'url', { value: url });
  };
}
