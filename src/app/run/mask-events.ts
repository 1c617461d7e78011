import type { RunEvent } from '../../model/event/event.ts';
import { maskSecrets, secretForms } from '../../model/text/secret-forms.ts';
import type { TaskLog } from '../../services/run-services.ts';

/** Secret values, by where they may come from. */
export type Secrets = {
  /** The forge's own: they are masked everywhere. */
  readonly forge: readonly string[];
  /** What agents and checks were handed, and may say: masked in what came from them. */
  readonly handed: readonly string[];
};

/** Gives events as they are written down: without secrets, wherever an event got one from. */
export function eventMask(secrets: Secrets): (event: RunEvent) => RunEvent {
  const everywhere = secretForms(secrets.forge, 1);
  const said = secretForms(secrets.handed);
  return (event) => withoutSaid(masked(event, everywhere, nowhere), said);
}

/** A log without secrets. */
export function maskedLog(log: TaskLog, { forge, handed }: Secrets): TaskLog {
  const forms = [...secretForms(forge, 1), ...secretForms(handed)];
  return {
    append: (ordinal, text) => log.append(ordinal, maskSecrets(text, forms)),
    restart: (ordinal, text) => log.restart(ordinal, maskSecrets(text, forms)),
  };
}

/** What the issue, the user and the repository say: none of it comes from programs that got the values. */
const before = new Set<RunEvent['type']>([
  'run-started',
  'run-resumed',
  'issue-read',
  'planned',
  'tasks-added',
  'workspace-intended',
  'attempt-intended',
]);

const nowhere: ReadonlySet<string> = new Set();

/** Names and places that the run depends on. A value that is also the name of a branch must not break it. */
const names: ReadonlySet<string> = new Set([
  ...['type', 'key', 'head', 'sha', 'onto', 'base', 'branch', 'agent', 'url', 'log', 'directory'],
  ...['reason', 'why', 'state', 'kind', 'stage', 'until', 'command'],
]);

function withoutSaid(event: RunEvent, forms: readonly string[]): RunEvent {
  return before.has(event.type) ? event : masked(event, forms, names);
}

function masked(event: RunEvent, forms: readonly string[], kept: ReadonlySet<string>): RunEvent {
  if (forms.length === 0) return event;
  const text = JSON.stringify(event);
  // The forms in JSON are among them: most events hold none.
  if (!forms.some((form) => text.includes(form))) return event;
  return JSON.parse(text, (key, value: unknown) =>
    typeof value === 'string' && !kept.has(key) ? maskSecrets(value, forms) : value,
  ) as RunEvent;
}
