import { expect, test } from 'vitest';
import { z } from 'zod';
import { configurationSchema, type Configuration } from '../settings/configuration.ts';
import { askDigest, asksBeyond, asksOf, withoutAsks } from './asks.ts';
import { askingParts } from './asking-parts.ts';

const read = (value: object): Configuration => configurationSchema.parse(value);
const keysOf = (value: object): string[] => asksOf(read(value)).map(({ key }) => key);

function sinks(...list: readonly object[]): object {
  return { notifications: { sinks: list } };
}

/** Each with the words that the user sees. */
const asking: readonly (readonly [object, string, string])[] = [
  [{ agent: { name: 'command:sh ./agent.sh' } }, 'agent.name', 'runs `sh ./agent.sh` as the agent'],
  [{ agent: { name: 'acp:./agent' } }, 'agent.name', 'runs `./agent` as the agent'],
  [
    { agent: { tasks: { 1: 'codex', 2: 'command:x' } } },
    'agent.tasks',
    'runs `x` as the agent of task 2',
  ],
  [
    { agent: { fallback: ['codex', 'acp:x'] } },
    'agent.fallback',
    'runs `x` as an agent that takes over',
  ],
  [{ agent: { environment: ['A', 'B'] } }, 'agent.environment', 'hands over A, B from'],
  [{ workspace: { setup: 'make' } }, 'workspace.setup', 'runs `make` to prepare each workspace'],
  [{ workspace: { sandbox: 'off' } }, 'workspace.sandbox', 'turns the sandbox off'],
  [
    { workspace: { visible: ['.ssh', '/srv/x'] } },
    'workspace.visible',
    'opens ~/.ssh, /srv/x to agents',
  ],
  [{ workspace: { writable: ['/srv'] } }, 'workspace.writable', 'lets agents write to /srv'],
  [{ verification: { checks: ['true'] } }, 'verification.checks', 'runs `true` as checks'],
  [
    { verification: { allow_secrets_in: ['x/'] } },
    'verification.allow_secrets_in',
    'published in x/',
  ],
  [{ merging: { policy: 'verified' } }, 'merging.policy', 'merges by itself what is verified'],
  [
    sinks({ kind: 'webhook', url: 'https://hooks.example/s3cret', secret_variable: 'KEY' }),
    'notifications.sinks',
    'to https://hooks.example/…, signed with $KEY',
  ],
  [
    sinks({ kind: 'ntfy', url_variable: 'TOPIC', secret_variable: 'TOKEN' }),
    'notifications.sinks',
    'to $TOPIC, with the token in $TOKEN',
  ],
  [
    sinks({ kind: 'bell' }, { kind: 'command', command: ['./tell.sh', 'a b'] }),
    'notifications.sinks',
    'runs `./tell.sh a b` with each notification',
  ],
  [{ github: { host: 'git.example' } }, 'github.host', 'sends your GitHub token to git.example'],
  [{ github: { remote: 'eve' } }, 'github.remote', 'takes issues from your remote eve'],
  [{ github: { token_variable: 'MINE' } }, 'github.token_variable', 'sends the value of MINE'],
  [{ github: { trusted_authors: ['eve'] } }, 'github.trusted_authors', 'what eve wrote'],
];

test.each(asking)('%j takes trust: %s', (value, key, words) => {
  const [ask, ...others] = asksOf(read(value));
  expect(others).toEqual([]);
  expect(ask).toMatchObject({ key, words: expect.stringContaining(words) as string });
  const left = withoutAsks(read(value));
  expect(asksOf(left)).toEqual([]);
  expect(askDigest(left)).toBeNull();
});

test.each([
  {},
  { defaults: { max_workers: 9, agent_timeout: 9, status_interval: 9, success_threshold: 9 } },
  { agent: { name: 'codex', tasks: { 1: 'gemini' }, fallback: ['claude'], model: 'x' } },
  { agent: { instructions: 'Use tabs.', max_cost: 9, max_turns: 9, limit_pause: 9, retries: 9 } },
  { workspace: { sandbox: 'on' }, merging: { policy: 'never', method: 'merge' }, base: 'next' },
  sinks({ kind: 'bell', on: ['failed'] }, { kind: 'desktop' }),
  { github: { draft: true, labels: ['x'], ci_fixes: 9 }, forge: 'github' },
])('%j takes no trust', (value) => {
  expect(keysOf(value)).toEqual([]);
  expect(withoutAsks(read(value))).toEqual(read(value));
});

/** Obeyed without asking, whatever they say. */
const harmless = [
  ...['$schema', 'base', 'forge', 'workspace.copy', 'planning.reader'],
  ...['defaults.max_workers', 'defaults.agent_timeout', 'defaults.status_interval'],
  ...['defaults.success_threshold', 'agent.model', 'agent.max_turns', 'agent.max_cost'],
  ...['agent.instructions', 'agent.limit_pause', 'agent.retries'],
  ...['monitoring.stale_threshold', 'monitoring.radar_interval', 'monitoring.on_conflict'],
  ...['planning.independent', 'questions.patience', 'questions.hold_place'],
  ...[
    'verification.base_check_wait',
    'verification.check_timeout',
    'verification.fixes',
    'merging.method',
  ],
  ...[
    'merging.as_ready',
    'merging.max_unreviewed',
    'merging.patience',
    'merging.resolve_attempts',
    'merging.work_again',

    'merging.parallel',
  ],
  ...['notifications.quiet.from', 'notifications.quiet.to', 'notifications.quiet.except'],
  ...['github.draft', 'github.labels', 'github.calls_per_hour'],
  ...['github.comment_interval', 'github.issue_interval', 'github.patience', 'github.ci_fixes'],
  ...['github.ci_patience', 'github.ci_interval', 'github.ci_grace', 'github.merge_patience'],
];

type Schema = { readonly properties?: Readonly<Record<string, Schema>> };

function leaves({ properties }: Schema, path = ''): readonly string[] {
  if (properties === undefined) return [path];
  return Object.entries(properties).flatMap(([name, part]) =>
    leaves(part, path === '' ? name : `${path}.${name}`),
  );
}

test('of every part of the configuration it is known whether it takes trust', () => {
  const schema = z.toJSONSchema(configurationSchema, { io: 'input' }) as Schema;
  const known = [...harmless, ...askingParts.map(({ key }) => key)];
  expect(leaves(schema).toSorted()).toEqual(known.toSorted());
});

const everything = {
  agent: { name: 'command:x' },
  workspace: { setup: 'x', sandbox: 'off', visible: ['x'], writable: ['/x'] },
  verification: { checks: ['x'] },
  merging: { policy: 'verified' },
  github: { host: 'Git.Example' },
} as const;

test('what an option or the environment says instead is not asked for', () => {
  const left = (options: object, env: NodeJS.ProcessEnv = {}): string[] =>
    asksBeyond(read(everything), { options, env, isMergeAsked: false }).map(({ key }) => key);
  const all = keysOf(everything);
  const without = (...keys: readonly string[]): string[] =>
    all.filter((key) => !keys.includes(key));
  expect(left({})).toEqual(all);
  expect(left({ agent: 'codex' })).toEqual(without('agent.name'));
  expect(left({ setup: 'y' })).toEqual(without('workspace.setup'));
  expect(left({ check: ['y'] })).toEqual(without('verification.checks'));
  expect(left({ merge: 'never' })).toEqual(without('merging.policy'));
  expect(left({ sandbox: 'on' })).toEqual(without('workspace.sandbox'));
  expect(left({}, { FLOTILLA_SANDBOX: 'auto' })).toEqual(without('workspace.sandbox'));
  expect(left({ sandbox: 'off' })).toEqual(
    without('workspace.sandbox', 'workspace.visible', 'workspace.writable'),
  );
  expect(left({}, { GH_HOST: 'git.example' })).toEqual(without('github.host'));
  expect(left({}, { GH_HOST: 'other.example' })).toEqual(all);
});

test('another ask is another digest, and what takes no trust does not count', () => {
  const digest = (value: object): string | null => askDigest(read(value));
  const sandbox = { workspace: { sandbox: 'off' } };
  expect(digest({})).toBeNull();
  expect(digest({ ...sandbox, base: 'next' })).toBe(digest(sandbox));
  const others = [
    sandbox,
    { workspace: { sandbox: 'off', setup: 'x' } },
    { agent: { environment: ['A', 'B'] } },
    { agent: { environment: ['A'] } },
    { agent: { environment: ['A,B'] } },
    sinks({ kind: 'slack', url: 'https://hooks.example/1' }),
    sinks({ kind: 'slack', url: 'https://hooks.example/2' }),
    sinks({ kind: 'webhook', url: 'https://hooks.example/1' }),
    sinks({ kind: 'command', command: ['a b'] }),
    sinks({ kind: 'command', command: ['a', 'b'] }),
    { verification: { checks: ['A', 'B'] } },
  ].map(digest);
  expect(new Set(others).size).toBe(others.length);
});
