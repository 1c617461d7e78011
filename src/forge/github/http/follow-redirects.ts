/** A server pointed at another place than those that the request's token is for. */
export class LeadsElsewhereError extends Error {
  readonly to: string;

  constructor(to: string) {
    super(`the answer leads to ${to}`);
    this.name = 'LeadsElsewhereError';
    this.to = to;
  }
}

export type Request = { readonly url: URL; readonly init: RequestInit };

/** Sends one request, and follows nothing. */
export type Send = (request: Request) => Promise<Response>;

const mostRedirects = 3;
const redirects = new Set([301, 302, 303, 307, 308]);

/**
 * Sends a request, and follows redirects within the very same origin (scheme, host and port): GitHub answers so for what
 * was renamed. Any other is refused. The one exception is the log of a job, which lies in a store of files: that one is
 * fetched without the token, and never unencrypted from an encrypted place.
 */
export async function followRedirects(first: Request, send: Send): Promise<Response> {
  let request = first;
  for (let count = 0; ; count += 1) {
    const answer = await send(request);
    const next = redirects.has(answer.status) ? nextUrl(answer, request.url) : null;
    if (next === null) return answer;
    await answer.body?.cancel();
    if (count === mostRedirects) throw new LeadsElsewhereError(next.href);
    request = afterRedirect(request, next);
  }
}

function afterRedirect({ url, init }: Request, next: URL): Request {
  if (next.origin === url.origin) return { url: next, init };
  const isStored = isJobLog(url) && next.protocol === url.protocol;
  if (!isStored) throw new LeadsElsewhereError(next.origin);
  return { url: next, init: { ...init, headers: { accept: 'text/plain' } } };
}

/** Whether an address is that of a job's log. */
export function isJobLog({ pathname }: URL): boolean {
  return /\/repos\/[^/]+\/[^/]+\/actions\/jobs\/\d+\/logs$/u.test(pathname);
}

function nextUrl(answer: Response, from: URL): URL | null {
  const location = answer.headers.get('location');
  return location !== null && URL.canParse(location, from.href) ? new URL(location, from) : null;
}
