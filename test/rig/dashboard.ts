import { request, type IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect } from 'vitest';
import type { Overview, RunCard, RunPage } from '../../src/dashboard/page-data.ts';
import type { Running } from './flotilla.ts';
import { openEvents, type EventReader } from './server-events.ts';
import type { World } from './world.ts';

/** What was answered to one request. */
export type Answered = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
};

export type Asking = {
  readonly method?: string;
  /** Sent as they are, and no others but those of HTTP itself. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
};

/** A dashboard that runs: the real program, until the end of the test. */
export type StartedDashboard = AsyncDisposable & {
  /** As it was printed, with the key. */
  readonly url: string;
  readonly port: number;
  readonly token: string;
  readonly running: Running;
  /** Asks for a path that is sent as it stands, with nothing that would let anybody in. */
  readonly raw: (path: string, asking?: Asking) => Promise<Answered>;
  /** Asks as a program that has the key. */
  readonly get: (path: string) => Promise<Answered>;
  readonly json: <T>(path: string) => Promise<T>;
  readonly post: (path: string, input: unknown) => Promise<Answered>;
  /** What an action of a run was answered with. */
  readonly act: (id: string, action: string, input?: object) => Promise<ActionSeen>;
  /** The runs of the first page. */
  readonly runs: () => Promise<readonly RunCard[]>;
  /** The one run that there is. */
  readonly run: () => Promise<RunPage>;
  readonly events: (path: string, lastId?: string) => Promise<EventReader>;
};

export type ActionSeen = {
  readonly isDone: boolean;
  readonly words: string;
  readonly run?: string;
};

/** Starts `flotilla dashboard` in a world's repository. It must end well, and at once, when it is asked to. */
export async function startDashboard(
  world: Pick<World, 'start'>,
  ...more: readonly string[]
): Promise<StartedDashboard> {
  const running = world.start('dashboard', '--no-open', ...more);
  await running.printed('?token=');
  const [url = ''] = running.soFar().split('\n');
  const { port: portText, searchParams } = new URL(url);
  const [port, token] = [Number(portText), searchParams.get('token') ?? ''];
  const bearer = { Authorization: `Bearer ${token}` };
  const raw = (path: string, asking: Asking = {}): Promise<Answered> => ask(port, path, asking);
  const get = (path: string): Promise<Answered> => raw(path, { headers: bearer });
  const json = async <T>(path: string): Promise<T> => {
    const { status, body } = await get(path);
    expect([path, status, body.slice(0, 500)]).toEqual([path, 200, expect.anything()]);
    return JSON.parse(body) as T;
  };
  const post = (path: string, input: unknown): Promise<Answered> => {
    const headers = { ...bearer, 'Content-Type': 'application/json' };
    return raw(path, { method: 'POST', headers, body: JSON.stringify(input) });
  };
  const runs = async (): Promise<readonly RunCard[]> =>
    (await json<Overview>('/api/overview')).runs;
  return {
    ...{ url, port, token, running, raw, get, json, post, runs },
    act: async (id, action, input = {}) => {
      const { status, body } = await post(`/api/runs/${id}/${action}`, input);
      expect([action, status, body]).toEqual([action, 200, body]);
      return JSON.parse(body) as ActionSeen;
    },
    run: async () => {
      const [card] = await runs();
      return json<RunPage>(`/api/runs/${card?.id}`);
    },
    events: (path, lastId) =>
      openEvents(`http://127.0.0.1:${port}${path}`, {
        ...bearer,
        ...(lastId === undefined ? {} : { 'Last-Event-ID': lastId }),
      }),
    [Symbol.asyncDispose]: async () => {
      running.signal('SIGTERM');
      const { code, stderr } = await running.ended;
      expect([code, stderr]).toEqual([0, '']);
    },
  };
}

async function ask(port: number, path: string, asking: Asking): Promise<Answered> {
  const { method = 'GET', headers = {}, body } = asking;
  const { promise, resolve, reject } = Promise.withResolvers<Answered>();
  const sent = request({ host: '127.0.0.1', port, path, method, headers, agent: false });
  sent.on('error', reject);
  sent.on('response', (response) => {
    const { statusCode: status = 0, headers: got } = response;
    text(response).then((words) => resolve({ status, headers: got, body: words }), reject);
  });
  sent.end(body);
  return promise;
}
