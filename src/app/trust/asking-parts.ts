import { runOptions } from '../../model/options/run-options.ts';
import {
  addressName,
  isHttpSink,
  type HttpSink,
  type NotificationSink,
} from '../../model/notification/sink.ts';
import type { Configuration } from '../settings/configuration.ts';

/** A part of the configuration that needs the user's trust when it says a certain thing. */
export type AskingPart = {
  /** As in the file: `workspace.sandbox`. */
  readonly key: string;
  /** What it says, where that needs trust: words or lists of them, in an order of their own; null where it does not. */
  readonly find: (configuration: Configuration) => readonly string[] | null;
  /** What that does, in plain words. */
  readonly words: (found: readonly string[]) => string;
  /** The configuration without what needs trust. */
  readonly drop: (configuration: Configuration) => Configuration;
};

/**
 * All that a repository's configuration can say to run a command, to loosen the border around agents, or to decide where
 * credentials go and whose words count. Everything else in it (limits, times, labels, text for agents, which ignored files of
 * this very checkout a workspace gets) is obeyed without asking.
 */
export const askingParts: readonly AskingPart[] = [
  {
    key: 'agent.name',
    find: ({ agent }) => filled([agent.name].filter(isCommand)),
    words: ([name]) => `runs ${commandIn(name)} as the agent`,
    drop: (whole) => ({ ...whole, agent: { ...whole.agent, name: runOptions.agent.default } }),
  },
  {
    key: 'agent.tasks',
    find: ({ agent: { tasks } }) =>
      filled(
        Object.entries(tasks).flatMap(([task, name]) => (isCommand(name) ? [task, name] : [])),
      ),
    words: (found) =>
      pairs(found)
        .map(([task, name]) => `runs ${commandIn(name)} as the agent of task ${task}`)
        .join(', '),
    drop: (whole) => ({ ...whole, agent: { ...whole.agent, tasks: {} } }),
  },
  {
    key: 'agent.fallback',
    find: ({ agent: { fallback } }) => filled(fallback.filter(isCommand)),
    words: (names) => `runs ${names.map(commandIn).join(', ')} as an agent that takes over`,
    drop: (whole) => ({ ...whole, agent: { ...whole.agent, fallback: [] } }),
  },
  {
    key: 'agent.environment',
    find: ({ agent: { environment } }) => filled(environment),
    words: (names) => `hands over ${names.join(', ')} from your environment to agents`,
    drop: (whole) => ({ ...whole, agent: { ...whole.agent, environment: [] } }),
  },
  {
    key: 'workspace.setup',
    find: ({ workspace: { setup } }) => (setup ? [setup] : null),
    words: ([command]) => `runs \`${command}\` to prepare each workspace`,
    drop: (whole) => ({ ...whole, workspace: { ...whole.workspace, setup: undefined } }),
  },
  {
    key: 'workspace.sandbox',
    find: ({ workspace: { sandbox } }) => (sandbox === 'off' ? [sandbox] : null),
    words: () => 'turns the sandbox off: agents and checks reach whatever you reach',
    drop: (whole) => ({ ...whole, workspace: { ...whole.workspace, sandbox: 'auto' } }),
  },
  {
    key: 'workspace.visible',
    find: ({ workspace: { visible } }) => filled(visible),
    words: (paths) => `opens ${paths.map(fromHome).join(', ')} to agents`,
    drop: (whole) => ({ ...whole, workspace: { ...whole.workspace, visible: [] } }),
  },
  {
    key: 'workspace.writable',
    find: ({ workspace: { writable } }) => filled(writable),
    words: (paths) => `lets agents write to ${paths.map(fromHome).join(', ')}`,
    drop: (whole) => ({ ...whole, workspace: { ...whole.workspace, writable: [] } }),
  },
  {
    key: 'verification.checks',
    find: ({ verification: { checks } }) => filled(checks ?? []),
    words: (commands) => `runs ${commands.map((command) => `\`${command}\``).join(', ')} as checks`,
    drop: (whole) => ({ ...whole, verification: { ...whole.verification, checks: undefined } }),
  },
  {
    key: 'verification.allow_secrets_in',
    find: ({ verification }) => filled(verification.allow_secrets_in),
    words: (paths) => `lets what looks like a key be published in ${paths.join(', ')}`,
    drop: (whole) => ({ ...whole, verification: { ...whole.verification, allow_secrets_in: [] } }),
  },
  {
    key: 'merging.policy',
    find: ({ merging: { policy } }) => (policy === 'never' ? null : [policy]),
    words: ([policy]) => `merges by itself what is ${policy}`,
    drop: (whole) => ({ ...whole, merging: { ...whole.merging, policy: 'never' } }),
  },
  {
    key: 'notifications.sinks',
    find: ({ notifications: { sinks } }) => filled((sinks ?? []).filter(isSending).map(inOrder)),
    words: (found) => found.map(sinkWords).join(', '),
    drop: (whole) => {
      const { sinks } = whole.notifications;
      const kept = sinks?.filter((sink) => !isSending(sink));
      return { ...whole, notifications: { ...whole.notifications, sinks: kept } };
    },
  },
  {
    key: 'github.host',
    find: ({ github: { host } }) => (host ? [host] : null),
    words: ([host]) => `sends your GitHub token to ${host}`,
    drop: (whole) => ({ ...whole, github: { ...whole.github, host: undefined } }),
  },
  {
    key: 'github.remote',
    find: ({ github: { remote } }) => (remote ? [remote] : null),
    words: ([remote]) => `takes issues from your remote ${remote}, and publishes work there`,
    drop: (whole) => ({ ...whole, github: { ...whole.github, remote: undefined } }),
  },
  {
    key: 'github.token_variable',
    find: ({ github }) => (github.token_variable ? [github.token_variable] : null),
    words: ([name]) => `sends the value of ${name} to GitHub, as the token`,
    drop: (whole) => ({ ...whole, github: { ...whole.github, token_variable: undefined } }),
  },
  {
    key: 'github.trusted_authors',
    find: ({ github }) => filled(github.trusted_authors),
    words: (logins) => `lets agents carry out what ${logins.join(', ')} wrote, without a warning`,
    drop: (whole) => ({ ...whole, github: { ...whole.github, trusted_authors: [] } }),
  },
];

/** Names of agents that are programs of the user's own need no trust; those that hold a command do. */
function isCommand(name: string | undefined): name is string {
  return name?.includes(':') ?? false;
}

function commandIn(name = ''): string {
  return `\`${name.slice(name.indexOf(':') + 1)}\``;
}

/** Bells and the user's own desktop send nothing anywhere. */
function isSending(sink: NotificationSink): sink is SendingSink {
  return isHttpSink(sink) || sink.kind === 'command';
}

type SendingSink = HttpSink | Extract<NotificationSink, { readonly kind: 'command' }>;

/** The same text for the same sink, in whatever order the file has its parts; what it is sent takes no trust. */
function inOrder(sink: SendingSink): string {
  if (sink.kind === 'command') return JSON.stringify({ kind: sink.kind, command: sink.command });
  const { kind, url, url_variable, secret_variable } = sink;
  return JSON.stringify({ kind, url, url_variable, secret_variable });
}

function sinkWords(text: string): string {
  const sink = JSON.parse(text) as SendingSink;
  if (sink.kind === 'command') return `runs \`${sink.command.join(' ')}\` with each notification`;
  const key = sink.secret_variable;
  const how = sink.kind === 'ntfy' ? 'with the token in' : 'signed with';
  return `sends notifications, with titles of tasks, to ${addressName(sink)}${key === undefined ? '' : `, ${how} $${key}`}`;
}

function fromHome(path: string): string {
  return path.startsWith('/') ? path : `~/${path}`;
}

function filled(values: readonly string[]): readonly string[] | null {
  return values.length === 0 ? null : values;
}

function pairs(flat: readonly string[]): readonly (readonly [string, string])[] {
  return flat.flatMap((value, index) => (index % 2 === 0 ? [[value, flat[index + 1] ?? '']] : []));
}
