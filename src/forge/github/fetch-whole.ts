/** Statuses whose answers have no body. */
const bodiless = new Set([204, 205, 304]);

/** A proxy's page, or half of an answer, is no answer: it is to be asked for again. */
function requireJson(type: string, body: ArrayBuffer): void {
  if (body.byteLength === 0 || type.startsWith('text/plain')) return;
  try {
    if (/json/iu.test(type)) JSON.parse(new TextDecoder().decode(body));
    else if (type.startsWith('text/html')) throw new SyntaxError('it is a page for people');
  } catch (error) {
    throw new TypeError('the answer is no JSON', { cause: error });
  }
}

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
    if (answer.ok) requireJson(answer.headers.get('content-type') ?? '', body);
    const { status, statusText, headers, url } = answer;
    const whole = new Response(bodiless.has(status) ? null : body, { status, statusText, headers });
    return Object.defineProperty(whole, 'url', { value: url });
  };
}
