import { availableParallelism } from 'node:os';
import type { Configuration } from './configuration.ts';
import { environmentDefaults } from './configuration.ts';
import type { ConflictPolicy } from '../model/conflict.ts';
import type { MergeMethod } from '../git/combine-commits.ts';
import type { GivenFlags, MergeChoice } from '../model/run-settings.ts';
import type { StackMode } from '../model/plan.ts';
import { UserError } from '../model/user-error.ts';
import type { BatchChoice } from '../planning/batches.ts';

/** The options of `orchestrate`, as commander hands them over. */
export type OrchestrateOptions = {
  readonly dryRun?: boolean | undefined;
  readonly maxWorkers?: number | undefined;
  readonly timeout?: number | undefined;
  readonly checkTimeout?: number | undefined;
  readonly stall?: number | undefined;
  readonly runTimeout?: number | undefined;
  readonly retry?: boolean | undefined;
  readonly fresh?: boolean | undefined;
  readonly tasks?: readonly number[] | undefined;
  readonly agent?: string | undefined;
  readonly model?: string | undefined;
  readonly sandbox?: 'auto' | 'on' | 'off' | undefined;
  readonly maxCost?: number | undefined;
  readonly maxTurns?: number | undefined;
  readonly env?: readonly string[] | undefined;
  readonly base?: string | undefined;
  readonly setup?: string | undefined;
  readonly check?: readonly string[] | undefined;
  readonly allowOutOfScope?: boolean | undefined;
  readonly successThreshold?: number | undefined;
  readonly json?: boolean | undefined;
  readonly plain?: boolean | undefined;
  readonly batchSize?: number | undefined;
  readonly batch?: readonly (readonly number[])[] | undefined;
  readonly stack?: StackMode | undefined;
  readonly independent?: readonly number[] | undefined;
  readonly onConflict?: ConflictPolicy | undefined;
  readonly reader?: 'off' | 'agent' | undefined;
  readonly assist?: boolean | undefined;
  readonly yes?: boolean | undefined;
  readonly force?: boolean | undefined;
  readonly forge?: 'local' | 'github' | undefined;
  readonly draft?: boolean | undefined;
  readonly ciFixes?: number | undefined;
  /** The file of GitHub's event that asks for the run. */
  readonly event?: string | undefined;
  /** Whether another machine's work on the issue is taken over. */
  readonly takeOver?: boolean | undefined;
  readonly merge?: MergeChoice | undefined;
  readonly maxUnreviewed?: number | undefined;
  readonly soloControl?: number | undefined;
  /** The repository's configuration may ask for anything. */
  readonly trust?: boolean | undefined;
  readonly acceptCheckChanges?: boolean | undefined;
};

/** What holds for a run: the command line before the environment before the configuration before our defaults. */
export type Settings = {
  readonly maxWorkers: number;
  readonly timeoutSeconds: number;
  readonly checkTimeoutSeconds: number;
  readonly stallSeconds: number;
  /** For the whole run; null: none. */
  readonly runTimeoutSeconds: number | null;
  readonly statusIntervalSeconds: number;
  readonly baseCheckWaitSeconds: number;
  readonly radarSeconds: number;
  readonly onConflict: ConflictPolicy;
  readonly limitPauseSeconds: number;
  readonly automaticRetries: number;
  readonly successThresholdPercent: number;
  readonly agent: string;
  /** Agents of single tasks, by their ordinals. */
  readonly taskAgents: Readonly<Record<string, string>>;
  /** Who takes over from an agent that is limited or has failed twice. */
  readonly fallbackAgents: readonly string[];
  readonly model: string | null;
  readonly maxCostUsd: number | null;
  readonly maxTurns: number | null;
  readonly variables: readonly string[];
  readonly base: string | null;
  /** Null: to be detected. */
  readonly setup: string | null;
  /** Null: to be detected. */
  readonly checks: readonly string[] | null;
  readonly checkFixes: number;
  /** How often an agent is asked to bring its branch and the base together. */
  readonly resolveAttempts: number;
  /** Paths in which what looks like a key is none. */
  readonly allowedSecrets: readonly string[];
  readonly copy: readonly string[];
  readonly sandbox: 'auto' | 'on' | 'off';
  /** Paths of the user's that are seen, or written, inside the sandbox. */
  readonly visible: readonly string[];
  readonly writable: readonly string[];
  readonly isMaxWorkersGiven: boolean;
  /** Agents at once before the cores lower it. */
  readonly wantedWorkers: number;
  readonly instructions: string;
  readonly isOutOfScopeAllowed: boolean;
  readonly stack: StackMode;
  /** Ordinals of tasks that wait for no other one, whatever the issue was read to say. */
  readonly independent: readonly number[];
  /** Whether the agent reads issue and plan in addition to the rules. */
  readonly reader: 'off' | 'agent';
  /** Whether the run goes on to merging by itself. */
  readonly merge: MergeChoice;
  readonly mergeMethod: MergeMethod;
  /** So many pull requests may wait for a review before new starts wait for it; null: any number. */
  readonly maxUnreviewed: number | null;
  /** So many tasks run a second time alone, to see how long they take then. */
  readonly soloControls: number;
  /** How long a run waits for reviewers. */
  readonly reviewPatienceSeconds: number;
  /** Null: all tasks of a phase at once. */
  readonly batches: BatchChoice | null;
  /** Where a number is looked for. */
  readonly forge: 'auto' | 'local' | 'github';
  readonly github: Configuration['github'];
  /** Whether merged changes to what the checks are count alone. */
  readonly areCheckChangesAccepted: boolean;
  /** What of all this the command line gave. */
  readonly given: GivenFlags;
};

/** Agents at once where nobody says how many, and the cores allow it. */
export const usualWorkers = 5;

/** Puts a run's settings together. */
export function resolveSettings(
  options: OrchestrateOptions,
  configuration: Configuration,
  env: NodeJS.ProcessEnv,
): Settings {
  if (options.fresh && !options.retry)
    throw new UserError({
      code: 'usage',
      message: '--fresh says how failed tasks are tried again: give --retry, too',
    });
  const { agent, workspace, verification } = configuration;
  const defaults = { ...configuration.defaults, ...environmentDefaults(env) };
  const wanted = options.maxWorkers ?? defaults.max_workers;
  return {
    maxWorkers: wanted ?? Math.min(usualWorkers, availableParallelism()),
    wantedWorkers: wanted ?? usualWorkers,
    timeoutSeconds: options.timeout ?? defaults.agent_timeout ?? 1_800,
    checkTimeoutSeconds: options.checkTimeout ?? verification.check_timeout ?? 600,
    stallSeconds: options.stall ?? configuration.monitoring.stale_threshold ?? 300,
    runTimeoutSeconds: options.runTimeout ?? null,
    limitPauseSeconds: agent.limit_pause,
    automaticRetries: agent.retries,
    statusIntervalSeconds: defaults.status_interval ?? 30,
    baseCheckWaitSeconds: verification.base_check_wait,
    radarSeconds: configuration.monitoring.radar_interval,
    onConflict: options.onConflict ?? configuration.monitoring.on_conflict,
    successThresholdPercent: options.successThreshold ?? defaults.success_threshold ?? 80,
    agent: options.agent ?? agent.name ?? 'claude',
    taskAgents: agent.tasks,
    fallbackAgents: agent.fallback,
    model: options.model ?? agent.model ?? null,
    maxCostUsd: options.maxCost ?? agent.max_cost ?? null,
    maxTurns: options.maxTurns ?? agent.max_turns ?? null,
    variables: [...agent.environment, ...(options.env ?? [])],
    base: options.base ?? configuration.base ?? null,
    setup: options.setup ?? workspace.setup ?? null,
    checks: options.check ?? verification.checks ?? null,
    checkFixes: verification.fixes,
    resolveAttempts: configuration.merging.resolve_attempts,
    allowedSecrets: verification.allow_secrets_in,
    copy: workspace.copy,
    sandbox: options.sandbox ?? sandboxChoice(env['FLOTILLA_SANDBOX']) ?? workspace.sandbox,
    visible: workspace.visible,
    writable: workspace.writable,
    isMaxWorkersGiven: wanted !== undefined,
    instructions: agent.instructions,
    isOutOfScopeAllowed: options.allowOutOfScope ?? false,
    ...{ stack: options.stack ?? 'auto', reader: options.reader ?? configuration.planning.reader },
    independent: options.independent ?? configuration.planning.independent,
    merge: options.merge ?? configuration.merging.policy,
    mergeMethod: configuration.merging.method,
    maxUnreviewed: options.maxUnreviewed ?? configuration.merging.max_unreviewed ?? null,
    soloControls: options.soloControl ?? 0,
    reviewPatienceSeconds: configuration.merging.patience,
    batches: batchChoice(options),
    forge: options.forge ?? configuration.forge,
    github: githubSettings(options, configuration),
    areCheckChangesAccepted: options.acceptCheckChanges ?? false,
    given: givenFlags(options),
  };
}

function githubSettings(
  { draft, ciFixes }: OrchestrateOptions,
  { github }: Configuration,
): Settings['github'] {
  return { ...github, draft: draft ?? github.draft, ci_fixes: ciFixes ?? github.ci_fixes };
}

/** What a command line gave, for those that follow it: without any part of it, this does not compile. */
function givenFlags(options: OrchestrateOptions): Required<GivenFlags> {
  return {
    agent: options.agent ?? null,
    model: options.model ?? null,
    maxWorkers: options.maxWorkers ?? null,
    timeoutSeconds: options.timeout ?? null,
    stallSeconds: options.stall ?? null,
    checkTimeoutSeconds: options.checkTimeout ?? null,
    setup: options.setup ?? null,
    checks: options.check ?? [],
    base: options.base ?? null,
    sandbox: options.sandbox ?? null,
    variables: options.env ?? [],
    maxCostUsd: options.maxCost ?? null,
    maxTurns: options.maxTurns ?? null,
    successThresholdPercent: options.successThreshold ?? null,
    isOutOfScopeAllowed: options.allowOutOfScope ?? false,
    batchSize: options.batchSize ?? null,
    batches: options.batch ?? [],
    stack: options.stack ?? null,
    independent: options.independent ?? [],
    isDraft: options.draft ?? false,
    ciFixes: options.ciFixes ?? null,
    onConflict: options.onConflict ?? null,
    merge: options.merge ?? null,
    maxUnreviewed: options.maxUnreviewed ?? null,
    soloControl: options.soloControl ?? null,
    areCheckChangesAccepted: options.acceptCheckChanges ?? false,
    runTimeoutSeconds: options.runTimeout ?? null,
    forge: options.forge ?? null,
    reader: options.reader ?? null,
  };
}

/** The options, and where they give nothing, what an earlier command line gave. */
export function givenAgain(options: OrchestrateOptions, given: GivenFlags): OrchestrateOptions {
  // A model is one of its agent's: another agent does not know it.
  const model = options.agent === undefined ? given.model : null;
  return {
    ...options,
    agent: options.agent ?? given.agent ?? undefined,
    model: options.model ?? model ?? undefined,
    maxWorkers: options.maxWorkers ?? given.maxWorkers ?? undefined,
    timeout: options.timeout ?? given.timeoutSeconds ?? undefined,
    stall: options.stall ?? given.stallSeconds ?? undefined,
    checkTimeout: options.checkTimeout ?? given.checkTimeoutSeconds ?? undefined,
    setup: options.setup ?? given.setup ?? undefined,
    check: options.check ?? (given.checks.length === 0 ? undefined : given.checks),
    base: options.base ?? given.base ?? undefined,
    sandbox: options.sandbox ?? given.sandbox ?? undefined,
    env: options.env ?? given.variables,
    maxCost: options.maxCost ?? given.maxCostUsd ?? undefined,
    maxTurns: options.maxTurns ?? given.maxTurns ?? undefined,
    successThreshold: options.successThreshold ?? given.successThresholdPercent ?? undefined,
    allowOutOfScope: options.allowOutOfScope ?? given.isOutOfScopeAllowed,
    stack: options.stack ?? given.stack ?? undefined,
    independent: options.independent ?? independentAgain(given),
    ...batchesAgain(options, given),
    onConflict: options.onConflict ?? given.onConflict ?? undefined,
    draft: options.draft ?? (given.isDraft ? true : undefined),
    ciFixes: options.ciFixes ?? given.ciFixes ?? undefined,
    merge: options.merge ?? given.merge ?? undefined,
    maxUnreviewed: options.maxUnreviewed ?? given.maxUnreviewed ?? undefined,
    soloControl: options.soloControl ?? given.soloControl ?? undefined,
    acceptCheckChanges: options.acceptCheckChanges ?? given.areCheckChangesAccepted,
    runTimeout: options.runTimeout ?? given.runTimeoutSeconds ?? undefined,
    forge: options.forge ?? given.forge ?? undefined,
    reader: options.reader ?? given.reader ?? undefined,
  };
}

/** Reads `auto`, `on` or `off`; null when nothing is given. */
function sandboxChoice(text: string | undefined): Settings['sandbox'] | null {
  if (text === undefined || text === '') return null;
  if (text === 'auto' || text === 'on' || text === 'off') return text;
  const message = `FLOTILLA_SANDBOX must be auto, on or off, not ${JSON.stringify(text)}`;
  throw new UserError({ code: 'usage', message });
}

function independentAgain({ independent = [] }: GivenFlags): readonly number[] | undefined {
  return independent.length === 0 ? undefined : independent;
}

/** Another division replaces the one that was given then, of whichever kind. */
function batchesAgain(
  { batch, batchSize }: OrchestrateOptions,
  given: GivenFlags,
): Pick<OrchestrateOptions, 'batch' | 'batchSize'> {
  if (batch !== undefined || batchSize !== undefined) return { batch, batchSize };
  const groups = given.batches.length === 0 ? undefined : given.batches;
  return { batch: groups, batchSize: given.batchSize ?? undefined };
}

function batchChoice({ batch, batchSize }: OrchestrateOptions): BatchChoice | null {
  if (batch !== undefined && batchSize !== undefined)
    throw new UserError({
      code: 'usage',
      message: 'Give --batch or --batch-size: both divide the tasks',
    });
  if (batch !== undefined) return { kind: 'groups', groups: batch };
  return batchSize === undefined ? null : { kind: 'size', size: batchSize };
}
