import type { IncomingMessage, ServerResponse } from 'node:http';
import { newCall, noteStatus, type CallLog } from './calls.ts';
import { isMute, isStruckBefore, mute, refuseByFault } from './fault-effects.ts';
import type { Fault, FaultTarget } from './faults.ts';
import { answerGit, readGitRequest } from './git-http.ts';
import { Refusal } from './refusal.ts';
import type { World } from './world.ts';

type Parts = {
  readonly world: World;
  readonly log: CallLog;
  readonly strike: (target: FaultTarget) => Fault | null;
};

type GitExchange = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  /** As `git/receive-pack`. */
  readonly operation: string;
};

/** Answers a request of git's own protocol, or lets a fault befall it. */
export async function serveGit(
  { world, log, strike }: Parts,
  { request, response, url, operation }: GitExchange,
): Promise<void> {
  const entry = newCall(request, { path: url.pathname, search: url.search, operation, sent: '' });
  log.begin(entry);
  response.once('close', () => log.end());
  const fault = strike({ method: entry.method, path: entry.path, operation, body: '' });
  entry.fault = fault?.kind ?? null;
  if (await isStruckBefore(fault, response)) return noteStatus(entry, response);
  try {
    refuseByFault(fault, null);
    const asked = readGitRequest(world, url, request.headers.authorization);
    const heard = isMute(fault) ? mute(fault, response) : response;
    await answerGit(world, asked, { request, response: heard });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    response.writeHead(error.status, { 'content-type': 'text/plain', ...error.headers });
    response.end(error.message);
  }
  noteStatus(entry, response);
}
