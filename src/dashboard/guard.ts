import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { getCookie, setCookie } from 'hono/cookie';
import { createMiddleware } from 'hono/factory';

/** What only the user who started the server knows: 256 bits, as text for an address. */
export function makeToken(): string {
  return randomBytes(32).toString('base64url');
}

export type GuardParams = {
  readonly token: string;
  /** The port that the server listens on. */
  readonly port: number;
};

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Headers under which a browser runs nothing but our own files, and shows them to no other page. */
export const harmless = createMiddleware(async (context, next) => {
  await next();
  const { headers } = context.res;
  headers.set('Content-Security-Policy', policy);
  headers.set('X-Content-Type-Options', 'nosniff');
  headers.set('X-Frame-Options', 'DENY');
  headers.set('Referrer-Policy', 'no-referrer');
  headers.set('Cross-Origin-Resource-Policy', 'same-origin');
  headers.set('Cross-Origin-Opener-Policy', 'same-origin');
  if (!headers.has('Cache-Control')) headers.set('Cache-Control', 'no-store');
});

/**
 * Lets in who has the token, by the cookie that it was exchanged for or as a bearer, and only at our own address: another
 * name for it is a page of somebody else's that was pointed at us, and another origin a page that posts to us.
 */
export function guard({ token, port }: GuardParams) {
  const hosts = new Set([`127.0.0.1:${port}`, `localhost:${port}`]);
  const cookie = `flotilla-${port}`;
  return createMiddleware(async (context, next) => {
    const { req } = context;
    const host = req.header('Host') ?? '';
    if (!hosts.has(host)) return context.text('This address is not served.', 421);
    const origin = req.header('Origin');
    const isOurs = origin === undefined || origin === `http://${host}`;
    const site = req.header('Sec-Fetch-Site') ?? 'same-origin';
    const isReading = req.method === 'GET' || req.method === 'HEAD';
    const isApi = req.path.startsWith('/api/');
    if (!isOurs || (isApi && !['same-origin', 'none'].includes(site)))
      return context.text('Another page may not ask for this.', 403);
    const given = req.query('token');
    if (given !== undefined && isReading && !isApi) {
      if (!isSame(given, token)) return context.text(askAgain, 401);
      setCookie(context, cookie, token, { httpOnly: true, sameSite: 'Strict', path: '/' });
      const url = new URL(req.url);
      url.searchParams.delete('token');
      return context.redirect(`${url.pathname}${url.search}`);
    }
    const bearer = /^Bearer (?<token>.+)$/u.exec(req.header('Authorization') ?? '')?.groups?.[
      'token'
    ];
    const known = bearer ?? getCookie(context, cookie) ?? '';
    if (!isSame(known, token)) return context.text(askAgain, 401);
    // A form of another page sends no JSON, and none of ours sends anything else.
    const isJson = req.header('Content-Type')?.split(';')[0] === 'application/json';
    if (!isReading && !isJson) return context.text('Send JSON.', 415);
    return next();
  });
}

const askAgain =
  'Open the address that flotilla dashboard printed: it holds the key. A new one: flotilla dashboard';

/** Compares in a time that says nothing of where two texts differ. */
function isSame(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
