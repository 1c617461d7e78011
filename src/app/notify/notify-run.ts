import type { Journal } from '../../journal/journal.ts';
import type { NotificationSink } from '../../model/notification/sink.ts';
import { isHttpSink } from '../../model/notification/sink.ts';
import { openSink, type SinkTools } from '../../notify/open-sink.ts';
import type { StopSignals } from '../../services/run-services.ts';
import type { RunRecord } from '../../services/run-record.ts';
import { attemptMarker } from '../../workspace/environment/markers.ts';
import { useProxy } from '../github/use-proxy.ts';
import type { Place } from '../place/find-place.ts';
import type { Settings } from '../settings/settings.ts';
import type { AppContext } from '../user-interface.ts';
import { openNotifier, type Notifier } from './open-notifier.ts';

/** Without a configuration, nothing goes anywhere but to the terminal that shows the run. */
const usualSinks: readonly NotificationSink[] = [
  { kind: 'bell', on: ['needs-person', 'run-done'] },
];

/** Begins to notify people of a run. Call it before the run goes on: what was recorded already counts as past. */
export function notifyOfRun(params: {
  readonly record: RunRecord;
  readonly journal: Journal;
  readonly place: Place;
  readonly settings: Pick<Settings, 'notificationSinks' | 'quietHours' | 'ciFixes'>;
  readonly context: AppContext;
  readonly stop: StopSignals;
  readonly note: (line: string) => void;
}): Notifier | null {
  const { record, journal, settings, context, stop, note } = params;
  const { notificationSinks: configured } = settings;
  const isLive = context.user.terminal?.isLive ?? false;
  const sinks = configured ?? (isLive ? usualSinks : []);
  if (sinks.length === 0) return null;
  const tools = sinkTools(params, record.run);
  return openNotifier({
    ...{ record, note, quiet: settings.quietHours, ciFixes: settings.ciFixes },
    events: journal.read(record.run, 0),
    sinks: openSinks(sinks, tools),
    now: () => new Date(),
    timeZone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
    isKept: configured !== null,
    isHurried: () => stop.now.aborted,
  });
}

/** Opens the sinks of the configuration, those over HTTP by way of the user's proxy. */
export function openSinks(
  sinks: readonly NotificationSink[],
  tools: SinkTools,
): ReturnType<typeof openSink>[] {
  if (sinks.some(isHttpSink)) useProxy(tools.env);
  return sinks.map((sink) => openSink(sink, tools));
}

/** What sinks are opened with; `name` is that of the run, or of what else sends. */
export function sinkTools(
  { place, context }: { readonly place: Place; readonly context: AppContext },
  name: string,
): SinkTools {
  return {
    env: context.env,
    directory: place.repository.root,
    marker: attemptMarker(place.state.root, name, 'notify'),
    terminal: context.user.terminal?.write ?? null,
  };
}
