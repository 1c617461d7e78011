import type { JournalEvent } from '../../model/event/event.ts';

/** What a bar on the timeline stands for. */
export type BarKind = 'setup' | 'agent' | 'check' | 'publish' | 'merge';

/** A time in which something was done for a task. */
export type TaskBar = {
  readonly kind: BarKind;
  /** ISO 8601. */
  readonly from: string;
  /** Null while it goes on. */
  readonly to: string | null;
  /** What it was, in a few words. */
  readonly note: string;
  /** Whether it came to a bad end. */
  readonly isBad: boolean;
};

/** A time in which a task's agent waited for a person, or gave no sign of life. */
export type TaskWait = {
  readonly kind: 'asking' | 'silent';
  readonly from: string;
  readonly to: string | null;
};

/** The row of one task. */
export type TaskLane = {
  readonly task: number;
  readonly bars: readonly TaskBar[];
  readonly waits: readonly TaskWait[];
};

/** Collects what a timeline shows, one event after another. */
export type TimelineFold = {
  readonly take: (event: JournalEvent) => void;
  /** By the tasks' numbers. */
  readonly lanes: () => readonly TaskLane[];
};

type Open<Kept> = { -readonly [Key in keyof Kept]: Kept[Key] };
type Lane = { readonly bars: Open<TaskBar>[]; readonly waits: Open<TaskWait>[] };

/** Starts the timeline of one run: its events are to come from the first on. */
export function openTimeline(): TimelineFold {
  const lanes = openLanes();
  let last = '';
  return {
    take: (event) => {
      // The orchestrator before may have died long ago: its last word was the last event.
      if (event.type === 'run-resumed') lanes.closeAll(last);
      else if (event.type === 'run-ended') lanes.closeAll(event.at);
      else if (!takeWait(lanes, event)) takeBar(lanes, event);
      last = event.at;
    },
    lanes: lanes.sorted,
  };
}

/** Lanes while they grow. */
type Lanes = {
  readonly of: (task: number) => Lane;
  /** Begins a bar, where the newest is not of the same kind and open. */
  readonly begin: (task: number, kind: BarKind, at: string, note: string) => void;
  /** Ends what is open of a task. */
  readonly close: (task: number, at: string, isBad?: boolean) => void;
  readonly closeAll: (at: string) => void;
  /** The wait for the answer to each question that was asked. */
  readonly asked: Map<number, Open<TaskWait>>;
  readonly sorted: () => readonly TaskLane[];
};

function openLanes(): Lanes {
  const lanes = new Map<number, Lane>();
  const of = (task: number): Lane => {
    const known = lanes.get(task);
    if (known !== undefined) return known;
    const lane = { bars: [], waits: [] };
    lanes.set(task, lane);
    return lane;
  };
  const close = (task: number, at: string, isBad = false): void => {
    const { bars, waits } = of(task);
    const bar = bars.at(-1);
    if (bar?.to === null) Object.assign(bar, { to: at, isBad: bar.isBad || isBad });
    for (const wait of waits) wait.to ??= at;
  };
  return {
    of,
    close,
    begin: (task, kind, at, note) => {
      const { bars } = of(task);
      const open = bars.at(-1);
      if (open?.to === null && open.kind === kind) {
        open.note = note;
        return;
      }
      close(task, at);
      bars.push({ kind, from: at, to: null, note, isBad: false });
    },
    closeAll: (at) => lanes.forEach((_lane, task) => close(task, at)),
    asked: new Map(),
    sorted: () =>
      [...lanes]
        .map(([task, { bars, waits }]) => ({ task, bars, waits }))
        .toSorted((one, other) => one.task - other.task),
  };
}

/** Takes what says that an agent waits, or no longer does; false for all else. */
function takeWait(lanes: Lanes, event: JournalEvent): boolean {
  const { at } = event;
  switch (event.type) {
    case 'attempt-stalled':
      lanes.of(event.task).waits.push({ kind: 'silent', from: at, to: null });
      return true;
    case 'activity-seen':
      for (const wait of lanes.of(event.task).waits) if (wait.kind === 'silent') wait.to ??= at;
      return true;
    case 'question-asked': {
      const wait: Open<TaskWait> = { kind: 'asking', from: at, to: null };
      lanes.asked.set(event.question, wait);
      lanes.of(event.task).waits.push(wait);
      return true;
    }
    case 'question-answered':
    case 'question-expired': {
      const wait = lanes.asked.get(event.question);
      if (wait !== undefined) wait.to ??= at;
      return true;
    }
    default:
      return false;
  }
}

function takeBar(lanes: Lanes, event: JournalEvent): void {
  const { at } = event;
  switch (event.type) {
    case 'workspace-intended':
      lanes.begin(event.task, 'setup', at, 'workspace and setup');
      break;
    case 'setup-ended':
      if (event.result.state !== 'passed') lanes.close(event.task, at, true);
      break;
    case 'attempt-intended':
      lanes.begin(event.task, 'agent', at, agentNote(event.attempt, event.why));
      break;
    case 'attempt-adopted':
      if (event.found === 'alive' || event.found === 'ended') reopen(lanes.of(event.task));
      break;
    case 'attempt-ended':
      lanes.close(event.task, at, event.failure !== null);
      lanes.begin(event.task, 'check', at, 'verifying');
      break;
    case 'check-ended':
      lanes.begin(event.task, 'check', at, event.result.name);
      break;
    case 'push-intended':
    case 'pull-request-intended':
      if (!isMerging(lanes.of(event.task))) lanes.begin(event.task, 'publish', at, 'pull request');
      break;
    case 'update-intended':
    case 'merge-intended':
      lanes.begin(event.task, 'merge', at, 'merging');
      break;
    case 'merge-left':
    case 'task-failed':
      lanes.close(event.task, at, true);
      break;
    case 'task-completed':
    case 'task-cancelled':
    case 'task-blocked':
    case 'task-skipped':
    case 'task-merged':
    case 'merge-done':
      lanes.close(event.task, at);
      break;
    default:
      break;
  }
}

/** Its agent has worked on while no orchestrator saw it. */
function reopen({ bars }: Lane): void {
  const bar = bars.at(-1);
  if (bar?.kind === 'agent') bar.to = null;
}

function isMerging({ bars }: Lane): boolean {
  const bar = bars.at(-1);
  return bar?.kind === 'merge' && bar.to === null;
}

const whyWords = {
  first: 'agent',
  'fix-checks': 'agent fixes a check',
  'fix-scope': 'agent takes back what is out of scope',
  retry: 'agent, once more',
  'fix-ci': "agent fixes the forge's checks",
  address: 'agent addresses a review',
  resolve: 'agent resolves a merge',
} as const;

function agentNote(attempt: number, why: keyof typeof whyWords): string {
  return `${whyWords[why]} (attempt ${attempt})`;
}
