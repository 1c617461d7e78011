import type { GivenFlags } from '../../src/model/options/run-settings.ts';
import type { JournalEvent, RunEvent } from '../../src/model/event/event.ts';
import type { CheckResult, Failure } from '../../src/model/failure/failure.ts';
import type { IssueRef } from '../../src/model/issue/issue.ts';
import type { Finding, Plan, PlannedTask } from '../../src/model/plan/plan.ts';

/** One task of a sample run and how far it gets. */
export type SampleTask = {
  readonly title?: string;
  readonly outcome: 'queued' | 'running' | 'completed' | 'failed' | 'cancelled' | 'skipped';
  /** Of a failed one; a failing check by default. */
  readonly failure?: Failure;
  /** What its work touches; its predicted file by default. */
  readonly files?: readonly string[];
};

/** What a sample run is made of; all of it has defaults. */
export type Sample = {
  readonly issue?: IssueRef;
  readonly title?: string;
  readonly source?: string;
  readonly tasks?: readonly SampleTask[];
  readonly findings?: readonly Finding[];
  /** What the command line gave; nothing by default. */
  readonly given?: GivenFlags;
  /** The tasks that were chosen; all by default. */
  readonly only?: readonly number[];
  /** Whether somebody changes it, pauses it and continues it while it goes on. */
  readonly isSteered?: boolean;
  /** Whether its first task is undone after it was merged. */
  readonly isUndone?: boolean;
  readonly drain?: 'drain' | 'now';
  /** Null for a run that goes on; `finished` by default. */
  readonly ended?: 'finished' | 'interrupted' | 'cancelled' | null;
};

type Timed = { readonly second: number; readonly event: RunEvent };

const start = Date.parse('2026-03-02T12:00:00.000Z');
const base = { branch: 'main', sha: 'b'.repeat(40) };
const orchestrator = { pid: 4242, startTime: '100', bootId: 'boot' };

/** A passed check, or another one by changing it. */
export function sampleCheck(change: Partial<CheckResult> = {}): CheckResult {
  return {
    name: 'test',
    command: 'npm test',
    state: 'passed',
    exitCode: 0,
    durationMs: 3100,
    log: '/logs/agent-1/test.log',
    excerpt: '12 tests passed',
    ...change,
  };
}

/** A finding, or another one by changing it. */
export function sampleFinding(change: Partial<Finding> = {}): Finding {
  return {
    kind: 'file-conflict',
    severity: 'warning',
    tasks: [1, 2],
    message: 'Tasks 1 and 2 both change src/cart.js',
    evidence: 'src/cart.js',
    advice: 'Let one of them own the file.',
    ...change,
  };
}

/**
 * The journal of a run. Task n starts n seconds after 12:00:10 and takes n minutes, so all of them overlap.
 * By default two tasks succeed, one fails its checks, and the run finishes.
 */
export function sampleEvents(sample: Sample = {}): readonly JournalEvent[] {
  const tasks = sample.tasks ?? [
    { outcome: 'completed' },
    { outcome: 'completed' },
    { outcome: 'failed' },
  ];
  const timed = [
    ...beginning(sample, tasks),
    ...tasks.flatMap((task, index) => taskEvents(task, index + 1)),
  ];
  if (sample.isUndone)
    timed.push(
      at(900, {
        ...{ type: 'undo-intended', key: 'undo-1', tasks: [1], branch: 'undo-1', base: base.sha },
      }),
      at(901, {
        ...{ type: 'undo-published', key: 'undo-1', head: 'b'.repeat(40), number: 301 },
        ...{ url: 'file:///301', commits: [{ task: 1, sha: 'c'.repeat(40) }] },
      }),
    );
  if (sample.isSteered)
    timed.push(
      at(20, { type: 'settings-changed', settings: { maxWorkers: 3, timeoutSeconds: 60 } }),
      at(21, { type: 'pause-requested' }),
      at(51, { type: 'continue-requested' }),
    );
  const last = Math.max(...timed.map(({ second }) => second));
  if (sample.drain) timed.push(at(last, { type: 'drain-requested', how: sample.drain }));
  const ended = sample.ended === undefined ? 'finished' : sample.ended;
  if (ended !== null) timed.push(at(last + 5, { type: 'run-ended', how: ended }));
  return timed
    .toSorted((a, b) => a.second - b.second)
    .map(({ second, event }, index) => ({
      ...event,
      seq: index + 1,
      at: new Date(start + second * 1000).toISOString(),
      run: 'orch-local-1-20260302-1200',
    }));
}

function beginning(sample: Sample, tasks: readonly SampleTask[]): Timed[] {
  const plan = samplePlan({
    tasks: tasks.map((task, index) => plannedTask(task, index + 1)),
    findings: sample.findings ?? [],
  });
  const settings = {
    agent: 'claude',
    model: null,
    maxWorkers: 5,
    timeoutSeconds: 1800,
    stallSeconds: 300,
    checkTimeoutSeconds: 600,
    successThresholdPercent: 80,
    isOutOfScopeAllowed: false,
    given: sample.given ?? {},
  };
  return [
    at(0, {
      type: 'run-started',
      issue: sample.issue ?? { forge: 'local', number: 1 },
      title: sample.title ?? 'Shopping cart',
      source: sample.source ?? 'issue.md',
      base,
      settings,
      only: sample.only ?? null,
      orchestrator,
    }),
    at(1, { type: 'planned', plan }),
    at(4, { type: 'base-checked', checks: [sampleCheck()], artefacts: [] }),
  ];
}

/** A sound plan of five tasks, or another one by changing it. */
export function samplePlan(change: Partial<Plan> = {}): Plan {
  const tasks = change.tasks ?? [1, 2, 3, 4, 5].map((ordinal) => plannedTask({}, ordinal));
  const order = tasks.map(({ ordinal }) => ordinal);
  return {
    phases: [{ number: 1, title: '', mode: 'parallel' }],
    tasks,
    skipped: [],
    acceptance: [],
    context: '',
    findings: [],
    order,
    stack: 'auto',
    schedule: [order],
    checklist: { score: 7, of: 7, items: [] },
    verdict: 'proceed',
    refusals: [],
    forecast: {
      workers: 5,
      parallelMinutes: 15,
      sequentialMinutes: 15 * tasks.length,
      speedup: tasks.length,
      overheadMinutes: 10,
      lowerBoundMinutes: 15,
      failures: { share: [0.1, 0.2], minutes: [23, 45], basis: 'guide' },
      apiCalls: 35,
      memoryMb: 2_500,
      diskMb: 500,
      costUsd: null,
      minutesFactor: 1,
    },
    ...change,
  };
}

/** A task as planning leaves it: 15 minutes, one predicted file. */
export function plannedTask(task: Pick<SampleTask, 'title'>, ordinal: number): PlannedTask {
  return {
    ordinal,
    title: task.title ?? `Build part ${ordinal}`,
    description: '',
    acceptance: [],
    phase: 1,
    lines: { start: ordinal, end: ordinal },
    dependsOn: [],
    after: [],
    afterIssues: [],
    reference: null,
    stackOn: null,
    batch: 1,
    complexity: 'medium',
    size: { files: 1, loc: 80, tests: 1, range: { files: [1, 2], loc: [40, 160] } },
    estimateMinutes: 15,
    range: [10, 20],
    basis: 'files',
    because: '1 file foreseen',
    footprint: [
      {
        path: `src/part-${ordinal}.js`,
        probability: 0.9,
        reason: 'named',
        isNew: false,
        isDeclared: true,
      },
    ],
  };
}

function taskEvents(sample: SampleTask, task: number): Timed[] {
  if (sample.outcome === 'queued') return [];
  if (sample.outcome === 'skipped')
    return [at(9, { type: 'skip-requested', task }), at(9, { type: 'task-skipped', task })];
  const begin = 10 + task;
  const end = begin + task * 60;
  const branch = `feat/issue-${task}-part`;
  const events = [
    at(begin - 2, { type: 'sub-issue-intended', task, key: `key-${task}` }),
    at(begin - 2, { type: 'sub-issue-done', task, number: 100 + task, url: `file:///${task}` }),
    at(begin - 1, {
      type: 'workspace-intended',
      task,
      path: `/ws/${task}`,
      branch,
      baseSha: base.sha,
    }),
    at(begin - 1, { type: 'workspace-done', task }),
    ...workEvents(task, begin),
  ];
  if (sample.outcome === 'running') return events;
  if (sample.outcome === 'cancelled') return [...events, at(end, { type: 'task-cancelled', task })];
  return [...events, ...endEvents(sample, { task, begin, end, branch })];
}

function workEvents(task: number, begin: number): Timed[] {
  const attempt = 1;
  return [
    at(begin, {
      type: 'attempt-intended',
      task,
      attempt,
      agent: 'claude',
      why: 'first',
      directory: `/attempts/${task}-1`,
      resumes: null,
    }),
    at(begin, { type: 'attempt-started', task, attempt, keeper: orchestrator }),
    at(begin + 1, { type: 'session-opened', task, attempt, session: `s-${task}`, model: 'opus' }),
    at(begin + 2, {
      type: 'stage-changed',
      task,
      stage: 'implementation',
      evidence: `edited src/part-${task}.js`,
    }),
    at(begin + 3, {
      type: 'usage-reported',
      task,
      attempt,
      costUsd: 0.25 * task,
      inputTokens: 1000,
      outputTokens: 100,
    }),
    at(begin + 4, {
      type: 'heartbeat',
      task,
      attempt,
      outputBytes: 10,
      cpuSeconds: 1,
      silentSeconds: 1,
    }),
  ];
}

type Place = {
  readonly task: number;
  readonly begin: number;
  readonly end: number;
  readonly branch: string;
};

function endEvents(sample: SampleTask, { task, end, branch }: Place): Timed[] {
  const head = String(task % 10).repeat(40);
  const attempt = 1;
  const events = [
    at(end - 5, {
      type: 'attempt-ended',
      task,
      attempt,
      result: { kind: 'exited', code: 0 },
      claim: 'All done.',
      failure: null,
    }),
    at(end - 5, committed(sample, task, head)),
  ];
  if (sample.outcome === 'failed') {
    const failure = sample.failure ?? failedCheck(task);
    const check = failure.reason === 'check-failed' ? failure.check : sampleCheck();
    return [
      ...events,
      at(end - 2, { type: 'check-ended', task, attempt, result: check }),
      at(end, { type: 'task-failed', task, failure }),
    ];
  }
  return [
    ...events,
    at(end - 2, { type: 'check-ended', task, attempt, result: sampleCheck() }),
    at(end - 2, { type: 'task-verified', task, head, notes: [] }),
    at(end - 1, { type: 'push-intended', task, branch, head }),
    at(end - 1, { type: 'push-done', task, head }),
    at(end, { type: 'pull-request-intended', task, key: `pr-${task}` }),
    at(end, { type: 'pull-request-done', task, number: 200 + task, url: `file:///pr/${task}` }),
    at(end, { type: 'task-completed', task }),
  ];
}

function committed(sample: SampleTask, task: number, head: string): RunEvent {
  const paths = sample.files ?? [`src/part-${task}.js`];
  return {
    type: 'work-committed',
    task,
    attempt: 1,
    head,
    commits: [{ sha: head, subject: `feat: part ${task}` }],
    files: paths.map((path) => ({ path, change: 'modified', added: 12, removed: 3 })),
    leftovers: [],
  };
}

function failedCheck(task: number): Failure {
  const check = sampleCheck({
    state: 'failed',
    exitCode: 1,
    log: `/logs/agent-${task}/test.log`,
    excerpt: '1 of 12 tests failed',
  });
  return { reason: 'check-failed', message: 'npm test ended with exit code 1', check };
}

function at(second: number, event: RunEvent): Timed {
  return { second, event };
}
