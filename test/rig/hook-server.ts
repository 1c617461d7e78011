import { createServer, type IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import { listenOnLoopback } from './listen-on-loopback.ts';

/** A request that came in, whole. */
export type HookRequest = {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
};

/** A server that takes whatever is posted to it. */
export type HookServer = AsyncDisposable & {
  readonly url: string;
  readonly requests: readonly HookRequest[];
  /** Resolves when so many requests have come. */
  readonly got: (count: number) => Promise<void>;
};

/** Starts one. `answer` is the status; `never` lets every client wait. */
export async function startHookServer(answer: number | 'never' = 200): Promise<HookServer> {
  const requests: HookRequest[] = [];
  let arrived: (() => void)[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      requests.push({ path: request.url ?? '', headers: request.headers, body });
      const waiting = arrived;
      arrived = [];
      waiting.forEach((look) => look());
      if (answer === 'never') return;
      response.writeHead(answer, answer < 400 && answer >= 300 ? { Location: '/elsewhere' } : {});
      response.end('ok');
    });
  });
  const { url, ...listening } = await listenOnLoopback(server);
  return {
    url,
    requests,
    got: async (count) => {
      while (requests.length < count) await new Promise<void>((resolve) => arrived.push(resolve));
    },
    [Symbol.asyncDispose]: () => listening[Symbol.asyncDispose](),
  };
}
