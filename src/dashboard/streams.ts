import { setTimeout as delay } from 'node:timers/promises';
import type { SSEStreamingApi } from 'hono/streaming';
import type { OpenRuns } from './open-runs.ts';
import type { Overview } from './page-data.ts';
import type { WatchedRun } from './watch-run.ts';

/** A page is drawn at most this often. */
const restMs = 150;
/** How often the journals of all repositories are looked at: their folders are many, and none is watched for a list. */
const lookMs = 1_000;
/** A word in between, so that a connection that nobody holds any more is noticed. */
const breathMs = 15_000;

/**
 * Sends a run as `page` and its story as `lines`, each time that it has changed, until the reader leaves. The id of an event
 * is the sequence number that it shows: who comes again with it gets the story from there on.
 */
export async function streamRun(
  run: WatchedRun,
  after: number,
  stream: SSEStreamingApi,
): Promise<void> {
  const left = leaving(stream);
  let told = after;
  while (!left.aborted) {
    const seen = run.seen();
    const lines = run.lines(told);
    const id = String(seen.seq);
    if (lines.length > 0)
      await stream.writeSSE({ event: 'lines', data: JSON.stringify(lines), id });
    await stream.writeSSE({ event: 'page', data: JSON.stringify(run.page()), id });
    told = seen.seq;
    await delay(restMs, undefined, { signal: left }).catch(() => undefined);
    await untilChanged(run, seen, { stream, left });
  }
}

async function untilChanged(
  run: WatchedRun,
  seen: ReturnType<WatchedRun['seen']>,
  { stream, left }: { readonly stream: SSEStreamingApi; readonly left: AbortSignal },
): Promise<void> {
  for (;;) {
    const breath = AbortSignal.timeout(breathMs);
    await run.changed(seen, AbortSignal.any([left, breath]));
    if (left.aborted || !breath.aborted) return;
    await stream.write(': \n\n');
  }
}

/** Sends the first page each time that it has changed, until the reader leaves. */
export async function streamOverview(runs: OpenRuns, stream: SSEStreamingApi): Promise<void> {
  const left = leaving(stream);
  let sent = '';
  let quietMs = 0;
  while (!left.aborted) {
    const overview: Overview = await runs.overview();
    const data = JSON.stringify(overview);
    if (data !== sent) await stream.writeSSE({ event: 'overview', data });
    else if (quietMs >= breathMs) await stream.write(': \n\n');
    quietMs = data !== sent || quietMs >= breathMs ? 0 : quietMs + lookMs;
    sent = data;
    await delay(lookMs, undefined, { signal: left }).catch(() => undefined);
  }
}

function leaving(stream: SSEStreamingApi): AbortSignal {
  const left = new AbortController();
  stream.onAbort(() => left.abort());
  return left.signal;
}
