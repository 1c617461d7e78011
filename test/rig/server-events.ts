import { get, type IncomingMessage } from 'node:http';
import { once } from 'node:events';

/** One server-sent event, as it came. */
export type ServerEvent = {
  readonly event: string;
  readonly id: string;
  readonly data: string;
  /** When it was here whole, by `performance.now()`. */
  readonly at: number;
};

/** A connection to a stream of server-sent events. */
export type EventReader = {
  readonly status: number;
  /** All that came so far. */
  readonly seen: readonly ServerEvent[];
  /** The first that fits, of those that came and those that come; rejects when the stream ends without one. */
  readonly until: (fits: (event: ServerEvent) => boolean) => Promise<ServerEvent>;
  /** Resolves when the other side has ended it. */
  readonly ended: Promise<void>;
  readonly close: () => void;
};

/** Connects, as a browser does. */
export async function openEvents(
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<EventReader> {
  const request = get(url, { headers, agent: false });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const seen: ServerEvent[] = [];
  const waiting = new Set<() => void>();
  let rest = '';
  const wake = (): void => waiting.forEach((look) => look());
  response.setEncoding('utf8').on('data', (chunk: string) => {
    const blocks = `${rest}${chunk}`.split('\n\n');
    rest = blocks.pop() ?? '';
    seen.push(...blocks.flatMap((block) => readBlock(block)));
    wake();
  });
  let isOver = false;
  const ended = new Promise<void>((resolve) => {
    response.on('error', () => undefined);
    response.once('close', () => {
      isOver = true;
      wake();
      resolve();
    });
  });
  return {
    status: response.statusCode ?? 0,
    seen,
    ended,
    until: (fits) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = seen.find(fits);
          if (found === undefined && !isOver) return;
          waiting.delete(look);
          if (found === undefined)
            reject(new Error(`The stream ended after ${seen.length} events`));
          else resolve(found);
        };
        waiting.add(look);
        look();
      }),
    close: () => void request.destroy(),
  };
}

function readBlock(block: string): ServerEvent[] {
  const fields = new Map<string, string[]>();
  for (const line of block.split('\n')) {
    const [, name = '', value = ''] = /^(\w*): ?(.*)$/su.exec(line) ?? [];
    fields.set(name, [...(fields.get(name) ?? []), value]);
  }
  const field = (name: string): string => fields.get(name)?.join('\n') ?? '';
  if (!fields.has('data')) return [];
  return [{ event: field('event'), id: field('id'), data: field('data'), at: performance.now() }];
}
