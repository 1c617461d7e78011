import type {
  ActionAnswer,
  DiffPage,
  DraftPage,
  LogPage,
  Overview,
  RepositoryRow,
  RunPage,
  StoryLine,
  TaskPage,
} from '../src/dashboard/page-data.ts';
import type { HistoryPage } from '../src/dashboard/history-data.ts';
import type { ChangeableOption } from '../src/dashboard/changeable-options.ts';

/** An answer of the server that is no answer to what was asked. */
export class ServerError extends Error {}

async function ask<T>(path: string, init?: RequestInit): Promise<T> {
  const response = await fetch(path, init).catch(() => {
    throw new ServerError('The dashboard was closed. Start it again: flotilla dashboard');
  });
  const text = await response.text();
  let body: unknown = null;
  try {
    body = JSON.parse(text);
  } catch {
    throw new ServerError(text === '' ? `It answered ${response.status}.` : text);
  }
  if (response.ok) return body as T;
  throw new ServerError((body as Partial<ActionAnswer>).words ?? text);
}

function post<T>(path: string, input: object): Promise<T> {
  const headers = { 'Content-Type': 'application/json' };
  return ask(path, { method: 'POST', headers, body: JSON.stringify(input) });
}

export const readTask = (id: string, task: number): Promise<TaskPage> =>
  ask(`/api/runs/${id}/tasks/${task}`);
export const readDiff = (id: string, task: number): Promise<DiffPage> =>
  ask(`/api/runs/${id}/tasks/${task}/diff`);
export const readOptions = (): Promise<readonly ChangeableOption[]> => ask('/api/options');
export const readRepositories = (): Promise<readonly RepositoryRow[]> => ask('/api/repositories');

/** `month`: `2026-11`, or all time. */
export const readHistory = (month: string | null): Promise<HistoryPage> =>
  ask(`/api/history${month === null ? '' : `?month=${month}`}`);

export function readLog(
  id: string,
  task: number,
  query: { readonly what: 'said' | 'raw'; readonly after: number; readonly of: string },
): Promise<LogPage> {
  const { what, after, of } = query;
  const search = new URLSearchParams({ what, after: String(after), of });
  return ask(`/api/runs/${id}/tasks/${task}/log?${search}`);
}

export function act(id: string, action: string, input: object): Promise<ActionAnswer> {
  return post(`/api/runs/${id}/${action}`, input);
}

export function planDraft(repository: string, text: string): Promise<DraftPage> {
  return post(`/api/repositories/${repository}/draft`, { text });
}

export function startDraft(
  repository: string,
  input: { readonly path: string; readonly isForced?: boolean },
): Promise<ActionAnswer & { readonly run: string | null }> {
  return post(`/api/repositories/${repository}/start`, input);
}

/** A connection that is made again by itself; the browser says how far it has read. */
export type Stream = { readonly close: () => void };

export type StreamHandlers<Events> = {
  readonly on: { readonly [Name in keyof Events]: (data: Events[Name]) => void };
  readonly onConnection: (isConnected: boolean) => void;
};

function open<Events>(path: string, { on, onConnection }: StreamHandlers<Events>): Stream {
  const source = new EventSource(path);
  source.addEventListener('open', () => onConnection(true));
  source.addEventListener('error', () => onConnection(false));
  for (const name of Object.keys(on) as (keyof Events & string)[])
    source.addEventListener(name, (event) =>
      on[name](JSON.parse((event as MessageEvent<string>).data)),
    );
  return source;
}

export function openOverview(handlers: StreamHandlers<{ readonly overview: Overview }>): Stream {
  return open('/api/overview/stream', handlers);
}

export function openRun(
  id: string,
  handlers: StreamHandlers<{ readonly page: RunPage; readonly lines: readonly StoryLine[] }>,
): Stream {
  return open(`/api/runs/${id}/stream`, handlers);
}
