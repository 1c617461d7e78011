import { lstat, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { findLinkOut } from '../../files/find-link-out.ts';
import { createFileWriter } from '../../files/file-writer.ts';
import { replaceFile } from '../../files/replace-file.ts';
import type { JournalEvent } from '../../model/event/event.ts';
import { advanceRun } from '../../model/state/fold-run.ts';
import type { RunState } from '../../model/state/run-state.ts';
import { UserError } from '../../model/user-error.ts';
import { plainBlock } from '../../model/text/plain-text.ts';
import { agentLogLine, sessionLogLine } from '../words/event-lines.ts';
import { renderMetrics } from '../metrics/metrics-file.ts';
import { runtimePaths, type RuntimePaths } from './runtime-paths.ts';
import { renderReviewPage } from './review-packet.ts';
import { renderStatusFile } from './status-file.ts';
import { renderSummary } from './summary.ts';

/** Keeps a run's runtime files as its events come, and never delays the run: writing happens in the background. */
export type RuntimeFiles = {
  readonly take: (event: JournalEvent, state: RunState) => void;
  /** Adds what an agent said to its own log. */
  readonly log: {
    readonly append: (ordinal: number, text: string) => void;
    /** Begins an agent's log again with this text. */
    readonly restart: (ordinal: number, text: string) => void;
  };
  /** Resolves when everything taken so far is in the files. */
  readonly flush: () => Promise<void>;
};

/** These change nothing in a summary that people would miss before the next one comes. */
const quiet = new Set<JournalEvent['type']>([
  'heartbeat',
  'activity-seen',
  'usage-reported',
  'stage-changed',
]);

/** An agent that floods its output must not fill the user's disk. */
const logCapCharacters = 10 * 1024 * 1024;
const logCapNote =
  '… this log ends here: the agent prints too much. flotilla logs ISSUE TASK --raw has its newest output.\n';

/**
 * Starts keeping the files of a run. `onError` hears of the first write that fails (a full disk, a directory that is
 * read-only): the run continues without the files, and the journal can make them again.
 */
export function keepRuntimeFiles(
  repository: string,
  run: RunState,
  onError: (error: Error) => void,
): RuntimeFiles {
  const paths = runtimePaths(repository, run);
  const prepare = (): Promise<void> => prepareFolders(repository, paths);
  const writer = createFileWriter({ prepare, onError });
  const logged = new Map<string, number>();

  const logText = (path: string, text: string): void => {
    const before = logged.get(path) ?? 0;
    if (before > logCapCharacters) return;
    logged.set(path, before + text.length);
    const isLast = before + text.length > logCapCharacters;
    writer.append(path, `${plainBlock(text).trimEnd()}\n${isLast ? logCapNote : ''}`);
  };

  return {
    take: (event, state) => {
      for (const [path, render] of touchedFiles(paths, event, state)) writer.replace(path, render);
      const line = sessionLogLine(state, event);
      if (line !== null) writer.append(paths.sessionLog, `${line}\n`);
      const added = agentLogLine(state, event);
      if (added !== null) writer.append(paths.agentLog(added.ordinal), `${added.line}\n`);
    },
    log: {
      append: (ordinal, text) => logText(paths.agentLog(ordinal), text),
      restart: (ordinal, text) => writer.replace(paths.agentLog(ordinal), () => plainBlock(text)),
    },
    flush: writer.flush,
  };
}

/** The files that an event makes stale, each with its new content. */
function touchedFiles(
  paths: RuntimePaths,
  event: JournalEvent,
  state: RunState,
): [string, () => string][] {
  const files: [string, () => string][] = [];
  const ordinal = 'task' in event ? event.task : null;
  for (const task of state.tasks)
    // What concerns the whole run (a plan, a resumption with another timeout) concerns every status file.
    if (ordinal === null || task.ordinal === ordinal)
      files.push([paths.status(task.ordinal), () => renderStatusFile(state, task)]);
  if (!quiet.has(event.type)) {
    files.push([paths.summary, () => renderSummary(state)]);
    files.push([paths.metrics, () => renderMetrics(state)]);
    if (hasPullRequest(state)) files.push([paths.review, () => renderReviewPage(state) ?? '']);
  }
  return files;
}

function hasPullRequest({ tasks }: RunState): boolean {
  return tasks.some(({ status }) => status === 'completed' || status === 'merged');
}

/** The folders are looked at before each round of writing: a folder from the run's beginning may be a link by now. */
async function prepareFolders(repository: string, paths: RuntimePaths): Promise<void> {
  for (const path of [paths.summary, paths.sessionLog]) {
    const found = await findLinkOut(repository, dirname(path));
    if (found !== null) throw new UserError({ code: 'link-leads-out', ...found });
  }
  await mkdir(paths.root, { recursive: true });
  const ignoring = join(paths.root, '.gitignore');
  // An empty one is ours: a version that wrote it in two steps was killed between them.
  const isWritten = await lstat(ignoring).then(
    ({ size }) => size > 0,
    () => false,
  );
  if (!isWritten) await replaceFile(ignoring, '*\n');
}

/** Makes a run's status files, summary, metrics and session log again from its events alone. Gives the paths written. */
export async function rebuildRuntimeFiles(
  repository: string,
  events: readonly JournalEvent[],
): Promise<string[]> {
  let state: RunState | null = null;
  const lines: string[] = [];
  for (const event of events) {
    state = advanceRun(state, event);
    const line = sessionLogLine(state, event);
    if (line !== null) lines.push(line);
  }
  if (state === null) return [];
  const paths = runtimePaths(repository, state);
  await prepareFolders(repository, paths);
  const files: [string, string][] = [
    ...state.tasks.map((task): [string, string] => [
      paths.status(task.ordinal),
      renderStatusFile(state, task),
    ]),
    [paths.summary, renderSummary(state)],
    [paths.metrics, renderMetrics(state)],
    ...(hasPullRequest(state)
      ? [[paths.review, renderReviewPage(state) ?? ''] as [string, string]]
      : []),
    [paths.sessionLog, lines.map((line) => `${line}\n`).join('')],
  ];
  for (const [path, text] of files) await replaceFile(path, text);
  return files.map(([path]) => path);
}
