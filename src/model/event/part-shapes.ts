import type { ConflictedFile, SeenConflict } from '../merge/conflict.ts';
import type { CheckResult, Failure, FailureDiagnosis } from '../failure/failure.ts';
import type { Clue, MissingModule } from '../failure/failure-clue.ts';
import type { IssueDigest } from '../issue/issue-digest.ts';
import type { IssueRef } from '../issue/issue.ts';
import type {
  Checklist,
  Finding,
  FootprintEntry,
  Forecast,
  Plan,
  PlannedTask,
} from '../plan/plan.ts';
import type { ProcessIdentity } from '../process-identity.ts';
import { carriedOptions, type RunSettings } from '../options/run-settings.ts';
import type { TrainCar } from '../merge/train-car.ts';
import type { LeftBranch, UnionVerdict } from '../merge/union.ts';
import { shapeOf } from '../options/value-kind.ts';
import type { ControlOutcome } from './control-event.ts';
import type { FoundWork } from './found-work.ts';
import {
  amount,
  either,
  flag,
  list,
  object,
  orNull,
  text,
  word,
  withOptional,
  type ShapesOf,
} from './value-shape.ts';

/** The shapes of what events are made of. */
export const issue = either(object<IssueRef>({ forge: word('local', 'github'), number: amount }));
export const base = object<{ branch: string; sha: string }>({ branch: text, sha: text });
export const identity = object<ProcessIdentity>({ pid: amount, startTime: text, bootId: text });

export const given = object<Record<string, unknown>>(
  Object.fromEntries(carriedOptions.map(({ key, kind }) => [key, shapeOf(kind)])),
);

export const settings = object<RunSettings>({
  ...{ agent: text, model: orNull(text), maxWorkers: amount, timeoutSeconds: amount },
  ...{ stallSeconds: amount, checkTimeoutSeconds: amount, successThresholdPercent: amount },
  ...{ isOutOfScopeAllowed: flag, given },
});

const missing = object<MissingModule>({
  ...{ language: text, specifier: text, importer: orNull(text) },
});

const clue = object<Clue>({
  ...{ kind: text, line: text, subject: orNull(text), missing: orNull(missing) },
});

const plainCheck = object<CheckResult>({
  ...{ name: text, command: text, state: word('passed', 'failed', 'timed-out', 'not-started') },
  ...{ exitCode: orNull(amount), durationMs: amount, log: text, excerpt: text },
});

/** Older versions read their output again, each time. */
export const check = withOptional(plainCheck, { clue });

const said = { message: text };
const saidOfFiles = { ...said, files: list(text) };

/** A shape for each reason: one that is forgotten does not compile, since its failures could be written and not read. */
type FailureShapes = {
  readonly [Reason in Failure['reason']]: ShapesOf<
    Omit<Extract<Failure, { reason: Reason }>, 'reason'>
  >;
};

const failures: FailureShapes = {
  'no-commits': said,
  'out-of-scope': saidOfFiles,
  'agent-failed': said,
  'timed-out': { ...said, limitSeconds: amount },
  stalled: { ...said, silentSeconds: amount },
  'check-failed': { ...said, check },
  conflicted: saidOfFiles,
  'provider-limited': said,
  unauthenticated: said,
  'forge-error': said,
  'turned-down': said,
  'not-started': said,
  'setup-failed': { ...said, log: text },
  'out-of-resources': said,
  'over-budget': said,
  invalid: said,
};

const seenFailure = either(
  ...Object.entries(failures).map(([reason, parts]) =>
    object<object>({ reason: word(reason), ...parts }),
  ),
);

const diagnosis = object<FailureDiagnosis>({
  ...{ type: text, kind: text, line: orNull(text), missing: orNull(missing), fingerprint: text },
});

export const failure = withOptional(seenFailure, { diagnosis });

const footprint = object<FootprintEntry>({
  ...{ path: text, probability: amount, reason: text, isNew: flag, isDeclared: flag },
});

export const finding = object<Finding>({
  ...{ kind: text, severity: word('info', 'warning', 'critical'), tasks: list(amount) },
  ...{ message: text, evidence: text, advice: text },
});

/** Plans of runs that began before estimates had ranges lack these: do without them when you read a recorded plan. */
type Since = 'range' | 'basis' | 'because' | 'failures';

export const plannedTask = object<Omit<PlannedTask, Since>>({
  ...{ ordinal: amount, title: text, description: text, phase: amount },
  ...{ after: list(amount), afterIssues: list(amount), reference: orNull(object({})) },
  lines: object<PlannedTask['lines']>({ start: amount, end: amount }),
  ...{ acceptance: list(text), dependsOn: list(amount), stackOn: orNull(amount) },
  ...{ batch: amount, complexity: word('low', 'medium', 'high'), estimateMinutes: amount },
  size: object<Omit<PlannedTask['size'], Since>>({ files: amount, loc: amount, tests: amount }),
  footprint: list(footprint),
});

export const phases = list(
  object<Plan['phases'][number]>({ number: amount, title: text, mode: text }),
);

export const plan = object<Plan>({
  phases,
  tasks: list(plannedTask),
  skipped: list(object<Plan['skipped'][number]>({ ordinal: amount, title: text, reason: text })),
  ...{ acceptance: list(text), context: text, findings: list(finding), order: list(amount) },
  ...{ stack: word('auto', 'never'), schedule: list(list(amount)), refusals: list(text) },
  checklist: object<Checklist>({ score: amount, of: amount, items: list(object({})) }),
  verdict: word('proceed', 'consider', 'sequential'),
  forecast: object<Omit<Forecast, Since>>({
    ...{ workers: amount, parallelMinutes: amount, sequentialMinutes: amount, speedup: amount },
    ...{ overheadMinutes: amount, lowerBoundMinutes: amount, apiCalls: amount },
    ...{ memoryMb: amount, diskMb: amount, costUsd: orNull(amount), minutesFactor: amount },
  }),
});

export const digest = object<IssueDigest>({
  items: list(object<IssueDigest['items'][number]>({ ordinal: amount, digest: text })),
  ...{ common: text, background: text },
});

const link = object<{ number: number; url: string }>({ number: amount, url: text });

export const foundWork = either(
  object<Extract<FoundWork, { kind: 'open' }>>({
    ...{ kind: word('open'), branch: text, head: text, pullRequest: orNull(link) },
    isTextChanged: flag,
  }),
  object<Extract<FoundWork, { kind: 'merged' }>>({ kind: word('merged'), pullRequest: link }),
  object<Extract<FoundWork, { kind: 'refused' }>>({ kind: word('refused'), message: text }),
);

export const conflicted = object<ConflictedFile>({
  ...{ path: text, kind: text, hunks: list(object({})) },
});

export const conflict = object<SeenConflict>({
  ...{ task: amount, with: either(amount, word('base')), files: list(conflicted) },
});

export const car = object<TrainCar>({
  ...{ task: amount, number: amount, branch: text, head: text, after: list(amount) },
  reasons: list(object<{ kind: string }>({ kind: text })),
});

export const controlOutcome = either(
  object<Extract<ControlOutcome, { kind: 'measured' }>>({
    kind: word('measured'),
    aloneMs: amount,
  }),
  object<Extract<ControlOutcome, { kind: 'failed' }>>({ kind: word('failed'), message: text }),
  object<{ kind: string }>({ kind: word('cut-short') }),
);

const leftBranch = object<LeftBranch>({
  ...{ task: amount, reason: text, with: list(amount), isWithBase: flag, files: list(conflicted) },
});

export const union = object<UnionVerdict>({
  ...{ state: word('green', 'red', 'unknown'), base: text, tasks: list(amount) },
  ...{ left: list(leftBranch), red: list(text), culprits: list(list(amount)), flaky: list(text) },
  ...{ checks: list(check), runs: amount, isSearchComplete: flag },
});
