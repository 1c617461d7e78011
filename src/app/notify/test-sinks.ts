import type { Notice } from '../../model/notification/notice.ts';
import type { SinkAnswer } from '../../notify/sink-answer.ts';
import { findPlace } from '../place/find-place.ts';
import { resolveSettings } from '../settings/settings.ts';
import { readTrustedConfiguration } from '../trust/read-trusted.ts';
import type { AppContext } from '../user-interface.ts';
import { openSinks, sinkTools } from './notify-run.ts';

/** A configured sink, and what came of a test of it; null where nothing was sent. */
export type TestedSink = {
  readonly name: string;
  /** The kinds that it takes; null: all. */
  readonly on: readonly string[] | null;
  readonly answer: SinkAnswer | null;
};

export type TestOptions = {
  readonly test?: boolean | undefined;
  readonly trust?: boolean | undefined;
};

/** Finds the configured sinks of this repository, and sends each a notice where that is asked for. Throws a `UserError`. */
export async function testSinks(
  { test = false, trust }: TestOptions,
  context: AppContext,
): Promise<readonly TestedSink[]> {
  const place = await findPlace(context.directory, context.env);
  const options = trust === undefined ? {} : { trust };
  const configuration = await readTrustedConfiguration({ place, options, context });
  const { notificationSinks } = resolveSettings({}, configuration, context.env);
  const sinks = notificationSinks ?? [];
  const opened = openSinks(sinks, sinkTools({ place, context }, 'test'));
  const never = new AbortController().signal;
  return Promise.all(
    opened.map(async ({ name, on, send }) => ({
      ...{ name, on: on ?? null },
      answer: test ? await send(testNotice(new Date()), never) : null,
    })),
  );
}

function testNotice(now: Date): Notice {
  return {
    ...{ key: 'test', kinds: ['needs-person'], task: null, link: null, run: 'test', issue: 'test' },
    title: 'Flotilla: a test',
    text: 'This is a test of notifications. Nothing is wrong.',
    command: 'flotilla status',
    at: now.toISOString(),
  };
}
