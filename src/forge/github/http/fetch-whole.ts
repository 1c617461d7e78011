import { z } from 'zod';
import { followRedirects, isJobLog, LeadsElsewhereError, type Send } from './follow-redirects.ts';
import { readBody, type BodyLimit } from './read-body.ts';

export type FetchLimits = {
  /** Milliseconds until an answer has begun, and until it has come in whole. */
  readonly beginMs: number;
  readonly wholeMs: number;
  /** After this many milliseconds of a body, it must have come in at this rate, on average. */
  readonly slowest: { readonly afterMs: number; readonly bytesPerSecond: number };
  /** The origins that our token is for; anything else is not even asked. */
  readonly origins: readonly string[];
};

/** Statuses whose answers have no body. */
const bodiless = new Set([204, 205, 304]);

/** A page of a hundred issues is far smaller, and text of this size cannot become more than memory holds. */
const mostBytes = 8 * 1024 * 1024;
const mostOfLog = 1024 * 1024;
const mostOfRefusal = 64 * 1024;

/**
 * Fetches an answer with its whole body, within limits of time and size, from the origins that the token is for. Read
 * later and bit by bit, a body that a broken connection cut short would pass for an empty one. The `body` of what comes
 * back is the parsed JSON: the client takes it as it is.
 */
export function fetchWhole({ beginMs, wholeMs, slowest, origins }: FetchLimits): typeof fetch {
  const send: Send = async ({ url, init }) => {
    const begins = new AbortController();
    const timer = setTimeout(() => begins.abort(timeoutError()), beginMs);
    const signals = [begins.signal, ...(init.signal ? [init.signal] : [])];
    try {
      return await fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.any(signals) });
    } finally {
      clearTimeout(timer);
    }
  };
  return async (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (!origins.includes(url.origin)) throw new LeadsElsewhereError(url.origin);
    const tooSlow = new AbortController();
    const limits = [AbortSignal.timeout(wholeMs), tooSlow.signal];
    const signal = AbortSignal.any(init.signal ? [init.signal, ...limits] : limits);
    const answer = await followRedirects({ url, init: { ...init, signal } }, send);
    const pace = watchPace(slowest, () => tooSlow.abort(timeoutError()));
    try {
      const { onBytes } = pace;
      const bytes = await readBody(answer, { ...limitFor(answer, url), onBytes });
      return wholeAnswer(answer, bytes, url);
    } finally {
      pace.end();
    }
  };
}

function timeoutError(): DOMException {
  return new DOMException('no answer in time', 'TimeoutError');
}

type Pace = { readonly onBytes: (count: number) => void; readonly end: () => void };

/** Looks every so often whether a body comes in fast enough: one that trickles would delay us until the last limit. */
function watchPace({ afterMs, bytesPerSecond }: FetchLimits['slowest'], onSlow: () => void): Pace {
  const begun = performance.now();
  let bytes = 0;
  const timer = setInterval(() => {
    const seconds = (performance.now() - begun) / 1_000;
    if (bytes < seconds * bytesPerSecond) onSlow();
  }, afterMs);
  return { onBytes: (count) => void (bytes = count), end: () => clearInterval(timer) };
}

function limitFor({ ok }: Response, url: URL): Omit<BodyLimit, 'onBytes'> {
  if (!ok) return { most: mostOfRefusal, keep: 'beginning' };
  return isJobLog(url) ? { most: mostOfLog, keep: 'end' } : { most: mostBytes, keep: 'all' };
}

function wholeAnswer(answer: Response, bytes: Uint8Array, url: URL): Response {
  const { ok, status, statusText } = answer;
  const headers = new Headers(answer.headers);
  // What it takes here, and not what it took on the wire.
  headers.set('content-length', String(bytes.byteLength));
  const text = new TextDecoder().decode(bytes);
  const shown = ok ? text : shortenRefusal(text);
  const whole = new Response(bodiless.has(status) ? null : shown, { status, statusText, headers });
  const address = { url: { value: url.href } };
  if (!ok || bodiless.has(status)) return Object.defineProperties(whole, address);
  const data = parseAnswer(headers.get('content-type') ?? '', text);
  return Object.defineProperties(whole, { ...address, body: { value: data } });
}

/** A proxy's page, or half of an answer, is not an answer: it must be requested again. */
function parseAnswer(type: string, text: string): unknown {
  if (text === '' || type.startsWith('text/plain')) return text;
  try {
    if (type.startsWith('text/html')) throw new SyntaxError('it is an HTML page');
    return /json/iu.test(type) ? (JSON.parse(text) as unknown) : text;
  } catch (error) {
    throw new TypeError('the answer is not JSON', { cause: error });
  }
}

const detail = z.union([
  z.string(),
  z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]).catch(null)),
]);

const refusal = z.object({
  message: z.string(),
  errors: z.array(detail.catch('')).catch([]).optional(),
});

const longest = 1_000;
const mostDetails = 5;

/**
 * What a refusal says, as JSON of the form that the client expects, however large and deep the server's own is. A body of
 * another form is given as text.
 */
function shortenRefusal(text: string): string {
  const read = refusal.safeParse(parsed(text));
  if (!read.success) return JSON.stringify({ message: text.slice(0, longest) });
  const { message, errors } = read.data;
  const details = errors?.slice(0, mostDetails);
  return JSON.stringify({
    message: message.slice(0, longest),
    ...(details === undefined ? {} : { errors: details }),
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
