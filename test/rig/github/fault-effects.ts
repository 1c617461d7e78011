import type { ServerResponse } from 'node:http';
import type { Fault } from './faults.ts';
import { abuse, primaryLimit, secondaryLimit } from './quota.ts';
import { Refusal } from './refusal.ts';
import type { Answer } from './route.ts';
import type { Token } from './world.ts';

/** Faults that leave no effect and are no answer of the interface. */
export async function isStruckBefore(
  fault: Fault | null,
  response: ServerResponse,
): Promise<boolean> {
  switch (fault?.kind) {
    case '5xx-before':
      sendJson(response, fault.status ?? 502, { message: 'Server Error' });
      return true;
    case 'html-before':
      response.writeHead(fault.status ?? 503, { 'content-type': 'text/html' });
      response.end('<html><title>Unicorn!</title>No server is currently available.</html>');
      return true;
    case 'cut':
      response.destroy();
      return true;
    case 'slow':
      await Promise.race([
        fault.until ?? new Promise(() => undefined),
        new Promise((resolve) => response.once('close', resolve)),
      ]);
      return response.destroyed;
    case undefined:
    default:
      return false;
  }
}

/** Faults that are answers: limits and refusals. */
export function refuseByFault(fault: Fault | null, token: Token | null): void {
  if (fault?.kind === '429') throw secondaryLimit(429, fault.retryAfterSeconds);
  if (fault?.kind === '403-secondary') throw secondaryLimit(403, fault.retryAfterSeconds);
  if (fault?.kind === '403-abuse') throw abuse(fault.retryAfterSeconds);
  if (fault?.kind === 'primary-limit') throw primaryLimit(token);
  if (fault?.kind === 'unauthorized') throw Refusal.unauthorized();
  if (fault?.kind === 'not-found') throw Refusal.notFound();
}

/** What the headers say when nothing is left of the hour. */
export function spent(now: number, resetInSeconds: number): Record<string, string> {
  return {
    'x-ratelimit-remaining': '0',
    'x-ratelimit-reset': String(Math.ceil(now / 1000) + resetInSeconds),
  };
}

/** Sends what was answered, or what a fault makes of it. */
export function sendThrough(fault: Fault | null, response: ServerResponse, answer: Answer): void {
  if (response.destroyed) return;
  if (fault?.kind === '5xx-after')
    return sendJson(response, fault.status ?? 502, { message: 'Server Error' });
  if (fault?.kind === 'unknown-field') {
    const message = `Field '${fault.field}' doesn't exist on type 'PullRequest'`;
    return sendJson(response, 200, { errors: [{ message }] });
  }
  if (fault?.kind === 'cut-after') return void response.destroy();
  if (answer.body === undefined) {
    response.writeHead(answer.status, answer.headers);
    return void response.end();
  }
  if (typeof answer.body === 'string') {
    response.writeHead(answer.status, { 'content-type': 'text/plain', ...answer.headers });
    return void response.end(answer.body);
  }
  if (fault?.kind === 'garbled') return sendRaw(response, answer, '{"message": ');
  if (fault?.kind === 'cut-half') return cutHalf(response, answer);
  sendJson(response, answer.status, answer.body, answer.headers);
}

function sendRaw(response: ServerResponse, answer: Answer, body: string): void {
  response.writeHead(answer.status, { ...jsonType, ...answer.headers });
  response.end(body);
}

function cutHalf(response: ServerResponse, answer: Answer): void {
  const body = JSON.stringify(answer.body);
  response.writeHead(answer.status, {
    ...jsonType,
    ...answer.headers,
    'content-length': String(Buffer.byteLength(body)),
  });
  response.write(body.slice(0, body.length / 2), () => response.destroy());
}

const jsonType = { 'content-type': 'application/json; charset=utf-8' };

/** Sends a body as JSON, unless the connection is gone. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.destroyed) return;
  response.writeHead(status, { ...jsonType, ...headers });
  response.end(JSON.stringify(body));
}

/** Whether the fault lets git do its work, and then keeps its answer back. */
export function isMute(fault: Fault | null): fault is Fault {
  return ['5xx-after', 'cut-after', 'cut-half', 'garbled'].includes(fault?.kind ?? '');
}

/** Takes git's answer and gives none, once git has done its work. */
export function mute(fault: Fault, response: ServerResponse): ServerResponse {
  const silent = {
    writeHead: () => silent,
    write: () => true,
    once: () => silent,
    end: () => {
      if (fault.kind !== '5xx-after') return void response.destroy();
      response.writeHead(fault.status ?? 502, { 'content-type': 'text/html' });
      response.end('<html>Bad Gateway</html>');
    },
  };
  return silent as unknown as ServerResponse;
}
