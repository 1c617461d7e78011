import type { IncomingMessage, ServerResponse } from 'node:http';
import { sendJson } from './fault-effects.ts';
import { gitOperationOf } from './git-http.ts';
import { serveApi, type ApiParts } from './serve-api.ts';
import { serveGit } from './serve-git.ts';
import type { World } from './world.ts';

/** What the server works with. */
export type ServerParts = ApiParts & {
  /** Where the double's own failures go: they must not pass for GitHub's. */
  readonly onBug: (error: unknown) => void;
};

type Exchange = { readonly request: IncomingMessage; readonly response: ServerResponse };

/** Answers one request: git's, or the interface's. */
export async function serve(parts: ServerParts, { request, response }: Exchange): Promise<void> {
  const url = new URL(request.url ?? '/', parts.world.web);
  const log = /^\/_logs\/(?<id>\d+)$/u.exec(url.pathname)?.groups?.['id'];
  if (log !== undefined) return sendLog(parts.world, Number(log), response);
  const operation = gitOperationOf(url);
  try {
    if (operation === null) await serveApi(parts, { request, response, url });
    else await serveGit(parts, { request, response, url, operation });
  } catch (error) {
    // Who hangs up in the middle of a request has not found a bug.
    if (request.complete) parts.onBug(error);
    if (response.headersSent) response.destroy();
    else sendJson(response, 500, { message: String(error) });
  }
}

/** The text of a job, which lies outside the interface. */
function sendLog(world: World, job: number, response: ServerResponse): void {
  const words = world.logs.get(job);
  response.writeHead(words === undefined ? 404 : 200, { 'content-type': 'text/plain' });
  response.end(words ?? '');
}
