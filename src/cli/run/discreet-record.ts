import type { Journal } from '../../journal/journal.ts';
import type { RunEvent } from '../../model/event.ts';
import type { TaskLog } from '../../orchestration/run-tools.ts';

const mask = '[redacted]';

/** A journal that writes no secret down, wherever an event got it from. */
export function discreetJournal(journal: Journal, secrets: readonly string[]): Journal {
  if (secrets.length === 0) return journal;
  return {
    ...journal,
    append: (run, event) => journal.append(run, discreetEvent(event, secrets)),
  };
}

/** A log without secrets. */
export function discreetLog(log: TaskLog, secrets: readonly string[]): TaskLog {
  const clean = (text: string): string =>
    secrets.reduce((shown, secret) => shown.replaceAll(secret, mask), text);
  return {
    append: (ordinal, text) => log.append(ordinal, clean(text)),
    restart: (ordinal, text) => log.restart(ordinal, clean(text)),
  };
}

function discreetEvent(event: RunEvent, secrets: readonly string[]): RunEvent {
  const text = JSON.stringify(event);
  const written = secrets.map((secret) => JSON.stringify(secret).slice(1, -1));
  if (!written.some((secret) => text.includes(secret))) return event;
  const clean = written.reduce((shown, secret) => shown.replaceAll(secret, mask), text);
  return JSON.parse(clean) as RunEvent;
}
