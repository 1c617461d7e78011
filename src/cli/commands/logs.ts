import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { UserError } from '../../model/user-error.ts';
import { advanceRun, type RunState } from '../../model/run-state.ts';
import { eventLine } from '../../reporting/event-lines.ts';
import { runtimePaths } from '../../reporting/runtime-paths.ts';
import type { CommandContext } from '../command-context.ts';
import { findPlace, findRun, type FoundRun } from '../open-repository.ts';

export type LogsOptions = {
  readonly follow?: boolean | undefined;
  readonly raw?: boolean | undefined;
};

/** `flotilla logs <issue> [task]`: what happened in a run, or what one task's agent said (`--raw`: its whole output). */
export async function logs(
  order: {
    readonly issue: string;
    readonly task: number | undefined;
    readonly options: LogsOptions;
  },
  context: CommandContext,
): Promise<number> {
  const place = await findPlace(context.directory, context.env);
  const found = await findRun(place, order.issue);
  try {
    if (order.task === undefined) return await showRun(found, order.options, context);
    const { state } = found;
    const task = state.tasks.find(({ ordinal }) => ordinal === order.task);
    const known = state.tasks.map(({ ordinal }) => ordinal);
    if (task === undefined)
      throw new UserError({ code: 'no-such-task', ordinals: [order.task], known });
    const files = order.options.raw
      ? task.attempts.map(({ directory }) => join(directory, 'output'))
      : [runtimePaths(place.repository.root, state).agentLog(task.ordinal)];
    for (const file of files) await copyFileOut(file, context.stdout);
    return 0;
  } finally {
    found.journal.close();
  }
}

async function showRun(
  { journal, state }: FoundRun,
  options: LogsOptions,
  context: CommandContext,
): Promise<number> {
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  const events = options.follow
    ? journal.follow(state.run, 0, stop.signal)
    : journal.read(state.run, 0);
  let shown: RunState | null = null;
  for await (const event of events) {
    shown = advanceRun(shown, event);
    const line = eventLine(shown, event, zone);
    if (line !== null) context.stdout.write(`${line}\n`);
    if (event.type === 'run-ended' && options.follow) break;
  }
  return 0;
}

async function copyFileOut(path: string, stdout: NodeJS.WritableStream): Promise<void> {
  if ((await stat(path).catch(() => null)) === null) return;
  await pipeline(createReadStream(path), stdout, { end: false });
}
