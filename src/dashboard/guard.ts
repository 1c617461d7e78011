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

/** Headers of every answer: a browser runs nothing but our own files, shows them to no other page, and keeps nothing. */
export const harmless: Readonly<Record<string, string>> = {
  'Content-Security-Policy': policy,
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cache-Control': 'no-store',
};

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
      return context.html(goTo(withoutToken(req.url)));
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

/** Where an address leads without its key: always to a path of ours. */
function withoutToken(address: string): string {
  const url = new URL(address);
  url.searchParams.delete('token');
  return `/${url.pathname.replace(/^\/+/u, '')}${url.search}`;
}

/**
 * A page that goes on to a path. After a redirect, a browser that was sent here by another page, as by the file that
 * opens it, would leave out the cookie; a step of our own page is ours.
 */
function goTo(path: string): string {
  const words = path.replaceAll(/[&"<>]/gu, (sign) => `&#${sign.codePointAt(0)};`);
  return `<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=${words}"><title>Flotilla</title>`;
}

const askAgain =
  'Open the address that flotilla dashboard printed: it holds the key. A new one: flotilla dashboard';

/** Compares in a time that says nothing of where two texts differ. */
function isSame(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
