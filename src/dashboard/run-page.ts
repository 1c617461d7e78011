import { failureLine } from '../diagnosis/failure-line.ts';
import { displayIssue } from '../model/issue/issue.ts';
import { openQuestions } from '../model/state/question-state.ts';
import { currentPhase, type RunState } from '../model/state/run-state.ts';
import { countTasks, runStatus } from '../model/state/run-status.ts';
import { layOut } from '../model/state/timeline.ts';
import { hasSucceeded, isOver, taskCost, type TaskState } from '../model/state/task-state.ts';
import { plainText } from '../model/text/plain-text.ts';
import { runCost } from '../reporting/metrics/run-cost.ts';
import { foreseeEnd } from '../reporting/timeline/foresee-end.ts';
import type { TaskLane } from '../reporting/timeline/task-bars.ts';
import { placeWords } from '../reporting/words/merge-words.ts';
import { standstillWords } from '../reporting/words/standstill-words.ts';
import { attentionOf, pathsWords } from './run-attention.ts';
import type { PlanEdge, RunCard, RunPage, TaskRow, TrainPage } from './page-data.ts';

/** A run as far as it was read. */
export type ReadRun = {
  readonly id: string;
  readonly repository: string;
  readonly state: RunState;
  readonly isWhole: boolean;
  /** Whether a living orchestrator works on it. */
  readonly isAlive: boolean;
};

const longestTitle = 300;
const longestText = 2_000;

/** A run as one of a list. */
export function runCard({ id, repository, state, isWhole, isAlive }: ReadRun): RunCard {
  const status = runStatus(state, isAlive);
  const { succeeded, total } = countTasks(state);
  return {
    ...{ id, repository, run: state.run, issue: displayIssue(state.issue), status },
    title: plainText(state.title, longestTitle),
    ...{ succeeded, total, startedAt: state.startedAt, updatedAt: state.updatedAt },
    costUsd: runCost(state),
    attention: attentionOf(state, status),
    isWhole,
  };
}

/** A run in full. `now` in milliseconds since 1970. */
export function runPage(
  read: ReadRun,
  params: { readonly lanes: readonly TaskLane[]; readonly seq: number; readonly now: number },
): RunPage {
  const { state } = read;
  const { plan, settings } = state;
  const foreseen = foreseeEnd(state, params.now);
  const standstill = standstillWords(state);
  return {
    ...runCard(read),
    ...{ seq: params.seq, now: new Date(params.now).toISOString(), endedAt: state.endedAt },
    phase: currentPhase(state),
    phases: (plan?.phases ?? []).map(({ number, title }) => ({
      number,
      name: plainText(title ?? '', longestTitle),
    })),
    ...{ workers: settings.maxWorkers, maxCostUsd: settings.maxCostUsd ?? null },
    merge: settings.merge ?? 'never',
    isPaused: state.isPauseAsked,
    standstill: standstill === null ? null : plainText(standstill, longestText),
    foreseenEnd: foreseen.end,
    plannedMinutes: plan?.forecast.parallelMinutes ?? null,
    base: state.base,
    tasks: rowsOf(read, params.lanes, foreseen.tasks),
    edges: edgesOf(state),
    findings: state.findings.map(({ severity, message, advice }) => ({
      severity,
      message: plainText(message, longestText),
      advice: plainText(advice, longestText),
    })),
    train: trainOf(state),
    union: state.union && {
      state: state.union.state,
      tasks: state.union.tasks,
      red: state.union.red.map((name) => plainText(name, longestTitle)),
      culprits: state.union.culprits,
    },
  };
}

function rowsOf(
  { state, isAlive }: ReadRun,
  lanes: readonly TaskLane[],
  foreseen: ReturnType<typeof foreseeEnd>['tasks'],
): TaskRow[] {
  const laneOf = new Map(lanes.map((lane) => [lane.task, lane]));
  const foreseenOf = new Map(foreseen.map((one) => [one.task, one]));
  const { plan } = state;
  const slots = plan === null ? [] : layOut(plan, state.settings.maxWorkers);
  const plannedOf = new Map(slots.map((slot) => [slot.ordinal, slot]));
  const asking = new Set(openQuestions(state.questions).map(({ task }) => task));
  return state.tasks.map((task) => {
    const lane = laneOf.get(task.ordinal);
    const ahead = foreseenOf.get(task.ordinal);
    const slot = plannedOf.get(task.ordinal);
    return {
      task: task.ordinal,
      title: plainText(task.title, longestTitle),
      status: task.status,
      stage: task.stage,
      isAsking: task.status === 'running' && asking.has(task.ordinal),
      isWatched: isAlive,
      waitsFor: waitsFor(state, task),
      activity: task.lastActivity === null ? null : plainText(task.lastActivity, longestTitle),
      activityAt: task.lastActivityAt,
      startedAt: task.startedAt,
      endedAt: task.endedAt,
      attempts: task.attempts.length,
      costUsd: taskCost(task),
      added: sumOf(task.files.map(({ added }) => added)),
      removed: sumOf(task.files.map(({ removed }) => removed)),
      files: task.files.length,
      pull: task.pullRequest && {
        ...task.pullRequest,
        url: plainText(task.pullRequest.url, longestText),
      },
      failure: task.failure === null ? null : plainText(failureLine(task.failure), longestText),
      left: task.left === null ? null : plainText(task.left.message, longestText),
      bars: lane?.bars ?? [],
      waits: lane?.waits ?? [],
      foreseen: ahead === undefined ? null : { from: ahead.from, to: ahead.to },
      planned: slot === undefined ? null : { from: slot.start, to: slot.end },
    };
  });
}

function sumOf(counts: readonly (number | null)[]): number {
  return counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
}

function waitsFor(state: RunState, task: TaskState): string | null {
  if (isOver(task) || state.ended !== null) return null;
  if (task.held !== null) return `task ${task.held.by}, whose work collides with its own`;
  if (task.status === 'running') return null;
  const planned = state.plan?.tasks.find(({ ordinal }) => ordinal === task.ordinal);
  if (planned === undefined) return null;
  if (planned.phase > currentPhase(state)) return `phase ${planned.phase}`;
  const known = new Map(state.tasks.map((one) => [one.ordinal, one]));
  const isOpen = (ordinal: number): boolean => {
    const other = known.get(ordinal);
    return other !== undefined && !hasSucceeded(other);
  };
  const needed = planned.dependsOn.filter(isOpen);
  if (needed.length > 0) return `${needed.length === 1 ? 'task' : 'tasks'} ${needed.join(', ')}`;
  if (planned.stackOn !== null && isOpen(planned.stackOn)) return `task ${planned.stackOn}`;
  return standstillWords(state) === null ? 'a free place' : 'the pause to end';
}

function edgesOf({ plan, conflicts }: RunState): PlanEdge[] {
  const needs = (plan?.tasks ?? []).flatMap(({ ordinal, dependsOn }) =>
    dependsOn.map((on): PlanEdge => ({
      kind: 'needs',
      from: on,
      to: ordinal,
      evidence: 'needs what it makes',
      paths: [],
    })),
  );
  const stacks = (plan?.tasks ?? []).flatMap(({ ordinal, stackOn, dependsOn }): PlanEdge[] =>
    stackOn === null || dependsOn.includes(stackOn)
      ? []
      : [
          {
            kind: 'stack',
            from: stackOn,
            to: ordinal,
            evidence: 'starts from its branch',
            paths: [],
          },
        ],
  );
  const overlaps = (plan?.findings ?? []).flatMap(
    ({ kind, tasks, message, evidence }): PlanEdge[] => {
      const [from, to] = tasks;
      if (kind !== 'file-conflict' || from === undefined || to === undefined || tasks.length !== 2)
        return [];
      return [
        {
          ...{ kind: 'overlap', from, to, paths: [] },
          evidence: plainText(`${message} (${evidence})`, longestText),
        },
      ];
    },
  );
  const seen = conflicts.flatMap(({ task, with: other, files }): PlanEdge[] =>
    other === 'base'
      ? []
      : [
          {
            kind: 'collides',
            from: other,
            to: task,
            evidence: `seen now${pathsWords(files.map(({ path }) => path))}`,
            paths: files.slice(0, 3).map(({ path }) => plainText(path, longestTitle)),
          },
        ],
  );
  return [...needs, ...stacks, ...overlaps, ...seen];
}

function trainOf({ train, union }: RunState): TrainPage | null {
  if (train === null) return null;
  const cars = train.cars.map((car): TrainPage['cars'][number] => {
    const { task, number: pull, outcome } = car;
    const words = placeWords(car, union);
    const reasons = words === '' ? [] : [plainText(words, longestText)];
    const place = { task, pull, reasons };
    if (outcome?.kind === 'merged')
      return { ...place, state: 'merged', message: outcome.sha.slice(0, 10) };
    if (outcome?.kind === 'left')
      return { ...place, state: 'left', message: plainText(outcome.message, longestText) };
    if (car.resolve !== null)
      return { ...place, state: 'resolving', message: 'its agent settles it with the base' };
    if (car.conflict !== null)
      return {
        ...place,
        state: 'conflict',
        message: `conflicts${pathsWords(car.conflict.files.map(({ path }) => path))}`,
      };
    if (car.isMergeIntended) return { ...place, state: 'merging', message: '' };
    if (car.onto !== null && car.checked === car.head)
      return { ...place, state: 'checked', message: 'checks passed on today’s base' };
    return {
      ...place,
      state: 'waiting',
      message: car.onto === null ? 'waits for its turn' : 'checked on the base',
    };
  });
  return { isEnded: train.isEnded, cars };
}
