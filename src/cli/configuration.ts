import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { longestSeconds } from '../model/longest-duration.ts';
import { UserError } from '../model/user-error.ts';
import { requireInside } from './own-folders.ts';

const count = z.int().positive();
const seconds = z.number().positive().max(longestSeconds);
const words = z.array(z.string().min(1));

const defaults = z.strictObject({
  max_workers: count.optional(),
  agent_timeout: seconds.optional(),
  status_interval: seconds.optional(),
  success_threshold: z.number().min(0).max(100).optional(),
});

/** The configuration file, as the user guide names its parts. Unknown names are refused: a misspelt one would do nothing. */
export const configurationSchema = z.strictObject({
  $schema: z.string().optional(),
  defaults: defaults.default({}),
  agent: z
    .strictObject({
      name: z.string().min(1).optional(),
      model: z.string().regex(/^[^-]/u, 'it must not begin with a dash').optional(),
      max_turns: count.optional(),
      max_cost: z.number().positive().optional(),
      environment: words.default([]),
      /** Agents of single tasks, by their ordinals. */
      tasks: z.record(z.string().regex(/^[1-9]\d*$/u), z.string().min(1)).default({}),
      /** Who takes over, in this order, when an agent is limited or has failed twice. */
      fallback: words.default([]),
      instructions: z.string().default(''),
      /** Seconds that a provider's limit pauses the run when it does not say when it ends. */
      limit_pause: seconds.default(60),
      /** How often a task is retried by itself, for failures that are not its own fault. */
      retries: z.int().min(0).max(10).default(1),
    })
    .prefault({}),
  planning: z
    .strictObject({
      /** Whether the user's own agent reads issue and plan in addition to the rules, once and without tools. */
      reader: z.enum(['off', 'agent']).default('off'),
      /** Ordinals of tasks that wait for no other one, whatever the issue was read to say. */
      independent: z.array(count).default([]),
    })
    .prefault({}),
  monitoring: z
    .strictObject({
      stale_threshold: seconds.optional(),
      /** Seconds between two looks for conflicts between what agents do. */
      radar_interval: seconds.default(15),
      /** What is done about them. */
      on_conflict: z.enum(['tell', 'pause', 'stack']).default('tell'),
    })
    .prefault({}),
  workspace: z
    .strictObject({
      setup: z.string().optional(),
      copy: words.default([]),
      sandbox: z.enum(['auto', 'on', 'off']).default('auto'),
      visible: words.default([]),
      writable: words.default([]),
    })
    .prefault({}),
  verification: z
    .strictObject({
      checks: words.optional(),
      check_timeout: seconds.optional(),
      /** Seconds that agents wait for the base's own check before they start; 0: not at all. */
      base_check_wait: z.number().nonnegative().max(longestSeconds).default(120),
      fixes: z.int().min(0).max(10).default(2),
      /** Paths in which what looks like a key is none: fixtures, examples. */
      allow_secrets_in: words.default([]),
    })
    .prefault({}),
  merging: z
    .strictObject({
      /** Whether a run goes on to merging by itself, and what it then requires of a pull request. */
      policy: z.enum(['never', 'approved', 'verified']).default('never'),
      method: z.enum(['squash', 'merge', 'rebase']).default('squash'),
      max_unreviewed: count.optional(),
      /** Seconds that a run waits for reviewers. */
      patience: z.number().nonnegative().max(longestSeconds).default(1_800),
      /** How often the agent that made a branch is asked to bring it and the base together; 0: never. */
      resolve_attempts: z.int().min(0).max(5).default(1),
    })
    .prefault({}),
  base: z.string().min(1).optional(),
  /** Where numbers are looked for; by itself, GitHub where there is a remote and a token. */
  forge: z.enum(['auto', 'local', 'github']).default('auto'),
  github: z
    .strictObject({
      /** Of a GitHub of one's own: `github.example.com`. */
      host: z.string().min(1).optional(),
      remote: z.string().min(1).optional(),
      /** The name of the variable that holds the token; the token itself is no configuration. */
      token_variable: z
        .string()
        .regex(/^[A-Za-z_]\w*$/u, 'it must be the name of a variable')
        .optional(),
      draft: z.boolean().default(false),
      /** Labels of pull requests. */
      labels: words.default([]),
      /** Logins whose issues agents may carry out, besides those of the owner, of members and of collaborators. */
      trusted_authors: z
        .array(z.string().regex(/^@?[\w-]+(?:\[bot\])?$/u, 'it must be a login, such as octocat'))
        .default([]),
      calls_per_hour: count.default(1_000),
      /** Seconds between two edits of the comment on the master issue. */
      comment_interval: seconds.default(30),
      /** Seconds between two looks at whether the issue was edited, while tasks are begun. */
      issue_interval: seconds.default(60),
      /** Seconds that publishing waits for a network that is down, or for a limit to end. */
      patience: seconds.default(3_600),
      /** How often red checks send a pull request back to its agent; 0: they are not watched. */
      ci_fixes: z.int().min(0).max(10).default(2),
      /** Seconds that the checks of a pull request are waited for. */
      ci_patience: seconds.default(1_800),
      /** Seconds between two looks at them. */
      ci_interval: seconds.default(15),
      /** Seconds until checks have shown after a push, where there are any. */
      ci_grace: seconds.default(30),
      /** Seconds that merging one pull request waits for the forge's checks, or for its merge queue. */
      merge_patience: seconds.default(1_800),
    })
    .prefault({}),
});

export type Configuration = z.infer<typeof configurationSchema>;

/** Relative to the root of the user's work tree. */
export const configurationPath = join('.claude', 'config', 'parallel-orchestration.json');

/**
 * Reads the repository's configuration; defaults when there is no file. What needs the user's trust is in it anyway:
 * commands get theirs from `trust/read-trusted.ts`. Throws a `UserError` that names each problem.
 */
export async function readConfiguration(repository: string): Promise<Configuration> {
  await requireInside(repository, [configurationPath]);
  const file = join(repository, configurationPath);
  const text = await readText(file);
  const parsed = configurationSchema.safeParse(parseJson(file, text));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    ({ path, message }) => `${path.join('.') || 'the file'}: ${message}`,
  );
  throw new UserError({ code: 'config-invalid', file, problems });
}

/** Bytes; what is larger is no configuration. */
const largest = 1024 * 1024;

async function readText(file: string): Promise<string> {
  try {
    const found = await stat(file);
    if (!found.isFile()) throw new Error('it is no file');
    if (found.size > largest) throw new Error('it is larger than 1 MB');
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return '{}';
    throw new UserError({ code: 'config-invalid', file, problems: [message] });
  }
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UserError({ code: 'config-invalid', file, problems: [(error as Error).message] });
  }
}

const overrides = {
  AMPLIHACK_MAX_PARALLEL_AGENTS: 'max_workers',
  AMPLIHACK_AGENT_TIMEOUT: 'agent_timeout',
  AMPLIHACK_STATUS_INTERVAL: 'status_interval',
  AMPLIHACK_SUCCESS_THRESHOLD: 'success_threshold',
} as const;

/** The defaults that the guide's environment variables set; they go before the file's. */
export function environmentDefaults(env: NodeJS.ProcessEnv): Configuration['defaults'] {
  const entries = Object.entries(overrides).flatMap(([variable, name]) => {
    const text = env[variable];
    if (text === undefined || text === '') return [];
    const value = Number(text);
    const parsed = defaults.shape[name].safeParse(value);
    if (parsed.success) return [[name, value] as const];
    const why = Number.isNaN(value) ? 'it must be a number' : parsed.error.issues[0]?.message;
    const message = `${variable} cannot be ${JSON.stringify(text)}: ${why}`;
    throw new UserError({ code: 'usage', message });
  });
  return Object.fromEntries(entries);
}
