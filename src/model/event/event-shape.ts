import type { AnswerRefusal } from './answer-refusal.ts';
import type { RunEvent } from './event.ts';
import * as part from './part-shapes.ts';
import {
  amount,
  either,
  flag,
  list,
  object,
  orNull,
  text,
  word,
  type Shape,
  type ShapesOf,
} from './value-shape.ts';

type EventShapes = {
  readonly [Type in RunEvent['type']]: ShapesOf<Omit<Extract<RunEvent, { type: Type }>, 'type'>>;
};

const task = amount;
const attempt = amount;
const begun = {
  ...{ base: part.base, settings: part.settings, only: orNull(list(amount)) },
  orchestrator: part.identity,
};
const changed = object<{ path: string; change: string }>({
  path: text,
  change: word('added', 'modified', 'deleted', 'renamed'),
});
const commit = object<{ sha: string; subject: string }>({ sha: text, subject: text });
const remark = object<{ kind: string; id: string }>({ kind: word('check', 'review'), id: text });
const refusal = object<AnswerRefusal>({
  question: orNull(amount),
  why: word('not-permitted', 'unclear', 'unknown', 'closed', 'empty', 'long'),
});
const result = either(
  object<{ kind: string; code: number }>({ kind: word('exited'), code: amount }),
  object<{ kind: string; signal: number }>({ kind: word('signalled'), signal: amount }),
  object<{ kind: string; message: string }>({ kind: word('not-started'), message: text }),
  object<{ kind: string; why: string }>({ kind: word('stopped'), why: text }),
  object<{ kind: string }>({ kind: word('lost') }),
);

const shapes: EventShapes = {
  'run-started': { issue: part.issue, title: text, source: text, ...begun },
  'run-resumed': begun,
  'issue-read': { digest: part.digest },
  planned: { plan: part.plan },
  'tasks-added': {
    ...{ tasks: list(part.plannedTask), phases: part.phases, findings: list(part.finding) },
    digest: part.digest,
  },
  'finding-raised': { finding: part.finding },
  'base-checked': { checks: list(part.check), artefacts: list(text) },
  'base-seen-on-forge': {
    checks: word('none', 'pending', 'passed', 'failed'),
    failed: list(text),
  },
  'red-base-accepted': {},
  'drain-requested': { how: word('drain', 'now') },
  'cancel-requested': { tasks: orNull(list(amount)) },
  'question-answered': { question: amount, text, by: text },
  'question-expired': { question: amount },
  'reply-intended': {
    ...{ comment: amount, version: text, number: amount, by: text },
    refused: list(refusal),
  },
  'reply-done': { comment: amount },
  'settings-changed': { settings: part.given },
  'pause-requested': {},
  'continue-requested': {},
  'run-paused': { reason: text, message: text, until: orNull(text) },
  'run-continued': {},
  'phase-begun': { phase: amount, base: part.base },
  'check-changes-accepted': {},
  'diagnosis-intended': { key: text },
  'diagnosis-done': { number: amount, url: text },
  'forge-waited': { message: text, until: text },
  'forge-used': { calls: object({}), counted: amount, remaining: orNull(amount) },
  'notice-intended': { keys: list(text) },
  'checks-awaited': { pulls: list(amount) },
  'run-ended': {
    how: word('finished', 'interrupted', 'cancelled', 'timed-out', 'awaiting-merge', 'refused'),
  },
  'work-found': {
    ...{ task, work: part.foundWork },
    issue: object<{ number: number; url: string }>({ number: amount, url: text }),
  },
  'sub-issue-intended': { task, key: text },
  'sub-issue-done': { task, number: amount, url: text },
  'workspace-intended': { task, path: text, branch: text, baseSha: text },
  'workspace-done': { task },
  'setup-ended': { task, result: part.check },
  'attempt-intended': {
    ...{ task, attempt, agent: text, why: text, directory: text, resumes: orNull(text) },
  },
  'attempt-started': { task, attempt, keeper: part.identity },
  'session-opened': { task, attempt, session: text, model: orNull(text) },
  'processes-left': {
    ...{ task, attempt, count: amount },
    processes: list(object<{ pid: number; command: string }>({ pid: amount, command: text })),
  },
  'question-asked': { task, attempt, question: amount, key: text, text, options: list(text) },
  'questions-refused': { task, attempt, asked: amount },
  'mailbox-failed': {
    ...{ task, attempt, what: word('make', 'read', 'answer'), message: text },
  },
  'stage-changed': { task, stage: text, evidence: text },
  'activity-seen': { task, attempt, summary: text },
  'usage-reported': {
    ...{ task, attempt, costUsd: orNull(amount) },
    ...{ inputTokens: orNull(amount), outputTokens: orNull(amount) },
  },
  heartbeat: {
    ...{ task, attempt, outputBytes: amount, cpuSeconds: orNull(amount), silentSeconds: amount },
  },
  'attempt-stalled': { task, attempt, silentSeconds: amount, seen: text },
  'attempt-adopted': { task, attempt, found: word('alive', 'ended', 'dead', 'unclaimed') },
  'attempt-ended': { task, attempt, result, claim: text, failure: orNull(part.failure) },
  'work-committed': {
    ...{ task, attempt, head: text, commits: list(commit), files: list(changed) },
    leftovers: list(text),
  },
  'check-ended': { task, attempt, result: part.check },
  'scope-exceeded': {
    ...{ task, attempt, message: text },
    files: list(object<{ path: string; declaredBy: number }>({ path: text, declaredBy: amount })),
  },
  'task-verified': { task, head: text, notes: list(text) },
  'push-intended': { task, branch: text, head: text },
  'push-done': { task, head: text },
  'pull-request-intended': { task, key: text },
  'pull-request-done': { task, number: amount, url: text },
  'task-completed': { task },
  'task-failed': { task, failure: part.failure },
  'task-cancelled': { task },
  'skip-requested': { task },
  'task-skipped': { task },
  'task-blocked': { task, by: amount },
  'task-held': { task, by: amount, how: word('pause', 'stack'), files: list(text) },
  'task-stacked': { task, on: amount, base: text, files: list(text) },
  'task-restacked': { task, without: amount, on: orNull(amount) },
  'base-taken': { task, base: text, files: list(text) },
  'task-merged': { task, base: text },
  'task-retried': { task, why: word('asked', 'automatic', 'again'), isFresh: flag },
  'task-told': { task, text, by: text },
  'attach-requested': { task, by: text, attacher: part.identity },
  'task-attached': { task, request: amount },
  'task-detached': { task, request: amount, why: word('left', 'lost', 'withdrawn') },
  'ci-seen': {
    ...{ task, head: text, failed: list(text), pending: list(text), isFinal: flag, note: text },
    checks: word('none', 'pending', 'passed', 'failed', 'unknown'),
  },
  'task-returned': { task, why: word('ci', 'address'), head: text, remarks: list(remark) },
  'answer-intended': { task, key: text },
  'answer-done': { task },
  'workspace-removed': { task, safeIn: text },
  'conflicts-seen': { arisen: list(part.conflict), settled: list(object({})) },
  'union-begun': { tasks: list(amount) },
  'union-judged': { verdict: part.union },
  'train-planned': {
    ...{ method: text, policy: word('verified', 'approved'), branch: text, cars: list(part.car) },
    culprits: list(list(amount)),
  },
  'train-joined': { cars: list(part.car) },
  'prefix-checked': {
    ...{ tasks: list(amount), tree: text, onto: text, by: text, checks: list(part.check) },
    ...{ flaky: list(text), redOnBase: list(text) },
  },
  'train-ended': {},
  'head-seen': { task, head: text },
  'update-intended': { task, onto: text },
  'update-done': { task, onto: text, head: text, byRule: list(text) },
  'update-conflicted': {
    ...{ task, onto: text, head: text, files: list(part.conflicted), with: list(amount) },
  },
  'update-checked': { task, head: text, checks: list(part.check) },
  'resolve-intended': { task, why: text, onto: text, head: text, attempt },
  'resolve-done': { task, onto: text, head: text, files: list(text), notes: list(text) },
  'resolve-failed': { task, message: text },
  'forge-red': { task, head: text, remarks: list(remark) },
  'merge-intended': { task, number: amount, head: text, base: text },
  'merge-done': { task, sha: text, by: text },
  'merge-differed': { task, sha: text, checked: text, made: text },
  'merge-left': {
    ...{ task, reason: text, message: text, with: list(amount), files: list(text) },
  },
  'conclusion-intended': { tasks: list(amount), isWhole: flag },
  'conclusion-done': { tasks: list(amount), isWhole: flag, notes: list(text) },
  'undo-intended': { key: text, tasks: list(amount), branch: text, base: text },
  'undo-published': {
    ...{ key: text, head: text, number: amount, url: text },
    commits: list(object<{ task: number; sha: string }>({ task: amount, sha: text })),
  },
  'control-intended': { task, agent: text, directory: text },
  'control-cost': { task, costUsd: amount },
  'control-ended': { task, outcome: part.controlOutcome },
  unexpected: { task: orNull(amount), message: text, stack: text },
};

const whole = new Map<string, Shape>(
  Object.entries(shapes).map(([type, parts]) => [type, object<object>(parts)]),
);

/** Whether what was read from a journal is an event that folds can take. */
export function isEventShaped(value: unknown): value is RunEvent {
  const { type } = Object(value) as { readonly type?: unknown };
  return whole.get(String(type))?.(value) ?? false;
}
