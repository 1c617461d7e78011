import type { ConfigurationKey } from './option.ts';

/** So many pull requests of a merge train are checked side by side at most. */
export const mostMergePlaces = 16;

/** All settings that only the configuration gives, by their names; options that it may give are in `run-options.ts`. */
export const configurationKeys = {
  statusIntervalSeconds: {
    value: { kind: 'seconds' },
    configuration: 'defaults.status_interval',
    environment: 'AMPLIHACK_STATUS_INTERVAL',
    default: 30,
    meaning: 'how many seconds lie between two looks at whether an agent is alive',
  },
  taskAgents: {
    value: { kind: 'agents' },
    configuration: 'agent.tasks',
    default: {},
    meaning:
      'agents of single tasks, by their numbers ([mixed fleets](agents.md#several-agents-in-one-run))',
  },
  fallbackAgents: {
    value: { kind: 'texts' },
    configuration: 'agent.fallback',
    default: [],
    meaning:
      'who takes over, in this order, when an agent is limited or has failed twice ([mixed fleets](agents.md#several-agents-in-one-run))',
  },
  instructions: {
    value: { kind: 'text', isEmptyAllowed: true },
    configuration: 'agent.instructions',
    default: '',
    meaning: 'instructions for agents, which each prompt has',
  },
  limitPauseSeconds: {
    value: { kind: 'seconds' },
    configuration: 'agent.limit_pause',
    default: 60,
    meaning:
      "how many seconds a provider's limit pauses the run when it does not say when it ends, or says what cannot be",
  },
  automaticRetries: {
    value: { kind: 'whole', most: 10 },
    configuration: 'agent.retries',
    default: 1,
    meaning: 'how often a task is tried again by itself after what was not its own fault',
  },
  radarSeconds: {
    value: { kind: 'seconds' },
    configuration: 'monitoring.radar_interval',
    default: 15,
    meaning: 'how many seconds lie between two looks for conflicts between what agents do',
  },
  copy: {
    value: { kind: 'texts' },
    configuration: 'workspace.copy',
    default: [],
    meaning:
      'files that git ignores but tests need; they are copied into each workspace and never committed',
  },
  visible: {
    value: { kind: 'texts' },
    configuration: 'workspace.visible',
    default: [],
    meaning:
      'paths of yours that programs in the sandbox may read: absolute ones, or relative to your home',
  },
  writable: {
    value: { kind: 'texts' },
    configuration: 'workspace.writable',
    default: [],
    meaning: 'absolute paths of yours that programs in the sandbox may write',
  },
  baseCheckWaitSeconds: {
    value: { kind: 'seconds', isZeroAllowed: true },
    configuration: 'verification.base_check_wait',
    default: 120,
    meaning:
      "how many seconds agents wait for the base's own checks before they start; 0: not at all",
  },
  checkFixes: {
    value: { kind: 'whole', most: 10 },
    configuration: 'verification.fixes',
    default: 2,
    meaning: 'how often an agent may fix its own red checks',
  },
  allowedSecrets: {
    value: { kind: 'texts' },
    configuration: 'verification.allow_secrets_in',
    default: [],
    meaning:
      'files and folders (these end in `/`) in which what looks like a key is none, such as `test/fixtures/`',
  },
  mergeMethod: {
    value: { kind: 'choice', choices: ['squash', 'merge', 'rebase'] },
    configuration: 'merging.method',
    default: 'squash',
    meaning: 'how a run, or `flotilla merge`, merges: `squash`, `merge` or `rebase`',
  },
  reviewPatienceSeconds: {
    value: { kind: 'seconds', isZeroAllowed: true },
    configuration: 'merging.patience',
    default: 1800,
    meaning: 'how many seconds a run waits for reviewers',
  },
  resolveAttempts: {
    value: { kind: 'whole', most: 5 },
    configuration: 'merging.resolve_attempts',
    default: 1,
    meaning:
      'how often the agent that made a branch is asked to bring it and the base together; 0: never',
  },
  workAgain: {
    value: { kind: 'whole', most: 3 },
    configuration: 'merging.work_again',
    default: 1,
    meaning:
      'how often a run that merges `verified` work begins a task again from the merged base, when its branch could not be brought together with it; 0: never',
  },
  mergePlaces: {
    value: { kind: 'whole', most: mostMergePlaces },
    configuration: 'merging.parallel',
    default: 0,
    meaning:
      'how many pull requests are checked side by side while they are merged; 0: as many as cores and memory have room for, up to 4',
  },
  questionPatienceSeconds: {
    value: { kind: 'seconds', isZeroAllowed: true },
    configuration: 'questions.patience',
    default: 1800,
    meaning:
      'how many seconds an agent that [asks](questions.md) waits for an answer before it continues by its own judgement; 0: agents cannot ask',
  },
  isPlaceHeld: {
    value: { kind: 'switch' },
    configuration: 'questions.hold_place',
    default: false,
    meaning:
      'whether an agent that waits for an answer keeps its place, so that no other one starts meanwhile',
  },
  notificationSinks: {
    value: { kind: 'sinks' },
    configuration: 'notifications.sinks',
    meaning:
      'where [notifications](notifications.md) go; without it, the live view rings the bell when the run needs a person or is over',
  },
  quietHours: {
    value: { kind: 'quiet' },
    configuration: 'notifications.quiet',
    meaning: 'hours in which they are [held back](notifications.md#quiet-hours)',
  },
} as const satisfies Readonly<Record<string, ConfigurationKey>>;

/** The keys below `github` in the configuration, by what they are called there; `docs/github.md` explains them. */
export const gitHubKeys = {
  /** Of a GitHub of one's own: `github.example.com`. */
  host: { value: { kind: 'text' }, configuration: 'github.host' },
  remote: { value: { kind: 'text' }, configuration: 'github.remote' },
  /** The name of the variable that holds the token; the token itself is no configuration. */
  token_variable: {
    value: {
      kind: 'text',
      rule: { pattern: /^[A-Za-z_]\w*$/u, why: 'it must be the name of a variable' },
    },
    configuration: 'github.token_variable',
  },
  /** Labels of pull requests. */
  labels: { value: { kind: 'texts' }, configuration: 'github.labels', default: [] },
  /** Logins whose issues agents may carry out, in addition to those of the owner, of members and of collaborators. */
  trusted_authors: {
    value: {
      kind: 'texts',
      rule: {
        pattern: /^@?[\w-]+(?:\[bot\])?$/u,
        why: 'it must be a login, such as octocat',
      },
    },
    configuration: 'github.trusted_authors',
    default: [],
  },
  calls_per_hour: {
    value: { kind: 'count' },
    configuration: 'github.calls_per_hour',
    default: 1000,
  },
  /** Seconds between two edits of the comment on the master issue. */
  comment_interval: {
    value: { kind: 'seconds' },
    configuration: 'github.comment_interval',
    default: 30,
  },
  /** Seconds between two looks at whether the issue was edited, while tasks are begun. */
  issue_interval: {
    value: { kind: 'seconds' },
    configuration: 'github.issue_interval',
    default: 60,
  },
  /** Seconds that publishing waits for a network that is down, or for a limit to end. */
  patience: { value: { kind: 'seconds' }, configuration: 'github.patience', default: 3600 },
  /** Seconds that the checks of a pull request are waited for. */
  ci_patience: { value: { kind: 'seconds' }, configuration: 'github.ci_patience', default: 1800 },
  /** Seconds between two looks at them. */
  ci_interval: { value: { kind: 'seconds' }, configuration: 'github.ci_interval', default: 15 },
  /** Seconds until checks have shown after a push, where there are any. */
  ci_grace: { value: { kind: 'seconds' }, configuration: 'github.ci_grace', default: 30 },
  /** Seconds that merging one pull request waits for the forge's checks, or for its merge queue. */
  merge_patience: {
    value: { kind: 'seconds' },
    configuration: 'github.merge_patience',
    default: 1800,
  },
} as const satisfies Readonly<Record<string, ConfigurationKey>>;
