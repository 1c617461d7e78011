import { expectedFiles, overlapLimit } from '../../model/plan/overlap.ts';
import type {
  Checklist,
  ChecklistItem,
  Forecast,
  PlannedTask,
  Verdict,
} from '../../model/plan/plan.ts';
import { listed } from '../../model/text/listed.ts';
import type { Coupling } from '../order/coupling.ts';
import { named } from '../task-text.ts';
import { averageMinutes, enoughTasks, outlierFrom, type Outlier } from './balance-findings.ts';
import type { HubUse } from './hubs.ts';
import { isTestable, type TestReach } from './test-reach.ts';
import { isVague } from './task-findings.ts';

/** What the checklist is computed from. */
export type ChecklistParams = {
  readonly tasks: readonly PlannedTask[];
  readonly coupling: Coupling;
  readonly hubs: readonly HubUse[];
  /** Why the parts can only be tested together; null when nothing says so. */
  readonly integrated: string | null;
  readonly outliers: readonly Outlier[];
  readonly forecast: Forecast;
  /** What the project's checks test; null: not known. */
  readonly tests: readonly TestReach[] | null;
};

/** So many tasks must be free of each other for the guide's “independently”. */
const mostlyShare = 0.8;

/** The user guide's seven lines, each with its reason. */
export function computeChecklist(params: ChecklistParams): Checklist {
  const items = [
    item('Sub-tasks touch DIFFERENT files/modules (minimal overlap)', ...differentFiles(params)),
    item('Sub-tasks have NO sequential dependencies', ...noDependencies(params)),
    item('Sub-tasks can be TESTED independently', ...testedAlone(params)),
    item('Sub-tasks can be MERGED independently', ...mergedAlone(params)),
    item('At least 5+ sub-tasks identified', ...enough(params)),
    item('Tasks have SIMILAR complexity (no single 3x outlier)', ...similar(params)),
    item('Time savings > orchestration overhead (~10 minutes)', ...pays(params)),
  ];
  return { score: items.filter(({ passed }) => passed).length, of: items.length, items };
}

/** The guide's reading of a score. */
export function verdictOf({ score }: Checklist): Verdict {
  if (score >= 6) return 'proceed';
  return score >= 4 ? 'consider' : 'sequential';
}

type Answer = readonly [passed: boolean, why: string];

function item(text: string, passed: boolean, why: string): ChecklistItem {
  return { text, passed, why };
}

function differentFiles({ tasks, coupling, hubs }: ChecklistParams): Answer {
  const vague = tasks.filter(isVague);
  if (vague.length * 2 > tasks.length)
    return [
      false,
      `nobody can say for ${vague.length} of ${tasks.length} tasks: they are too vague`,
    ];
  const hub = hubs.find((use) => use.tasks.length > 2 && use.tasks.length * 2 >= tasks.length);
  if (hub !== undefined) return [false, `${hub.tasks.length} tasks depend on ${hub.path}`];
  const shared = new Set(
    coupling.conflicts.flatMap(({ paths }) => paths.slice(0, 1).map(({ path }) => path)),
  );
  const all = tasks.reduce((sum, { footprint }) => sum + Math.max(1, expectedFiles(footprint)), 0);
  const share = shared.size / Math.max(1, all);
  const pairs = coupling.conflicts.length;
  if (pairs === 0) return [true, 'no two tasks will probably change the same file'];
  const colliding = new Set(coupling.conflicts.flatMap((overlap) => overlap.tasks));
  const passed = share < overlapLimit && colliding.size * 2 < tasks.length;
  const figure = `${Math.round(share * 100)}% of the files belong to several tasks, the limit is 10%`;
  return [passed, `${figure}; ${pairs === 1 ? '1 pair collides' : `${pairs} pairs collide`}`];
}

function noDependencies({ coupling }: ChecklistParams): Answer {
  if (coupling.dependencies.length === 0) return [true, 'no task needs what another one creates'];
  const shown = coupling.dependencies.slice(0, 4).map(({ task, on }) => `${task} after ${on}`);
  const more = coupling.dependencies.length - shown.length;
  return [false, `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`];
}

function testedAlone({ tasks, coupling, integrated, tests }: ChecklistParams): Answer {
  if (integrated !== null) return [false, integrated];
  if (areMostlyVague(tasks)) return [false, 'most tasks do not say how to see that they are done'];
  const untested = tests === null ? [] : tasks.filter((task) => !isTestable(task, tests));
  if (untested.length > tasks.length * (1 - mostlyShare) + 1e-9)
    return [false, `no check was found that would test ${taskNames(untested)}`];
  return mostlyFree(tasks, coupling.dependent, 'needs the work of another task to run');
}

function mergedAlone({ tasks, coupling, integrated }: ChecklistParams): Answer {
  if (integrated !== null) return [false, integrated];
  if (areMostlyVague(tasks))
    return [false, 'nobody can say: most tasks do not say what they change'];
  return mostlyFree(tasks, coupling.coupled, 'must merge after another one');
}

function areMostlyVague(tasks: readonly PlannedTask[]): boolean {
  return tasks.filter(isVague).length * 2 > tasks.length;
}

function taskNames(tasks: readonly PlannedTask[]): string {
  return tasks.length > 8
    ? `${tasks.length} tasks`
    : named(tasks.map(({ ordinal }) => ordinal)).toLowerCase();
}

function mostlyFree(
  tasks: readonly PlannedTask[],
  bound: ReadonlySet<number>,
  how: string,
): Answer {
  if (bound.size === 0) return [true, 'each stands alone'];
  const ordinals = [...bound].toSorted((one, other) => one - other);
  const shown = ordinals.length > 8 ? `${ordinals.length} tasks` : named(ordinals);
  const words = ordinals.length === 1 ? how : how.replace(/^needs/u, 'need');
  const passed = bound.size <= tasks.length * (1 - mostlyShare) + 1e-9;
  const bare = `${shown} ${words}`;
  if (!passed) return [false, bare];
  return [true, `${tasks.length - bound.size} of ${tasks.length} can; ${bare.replace(/^T/u, 't')}`];
}

function enough({ tasks }: ChecklistParams): Answer {
  return [
    tasks.length >= enoughTasks,
    `there ${tasks.length === 1 ? 'is' : 'are'} ${tasks.length}`,
  ];
}

function similar({ tasks, outliers }: ChecklistParams): Answer {
  const mean = averageMinutes(tasks);
  const average = `the average is ${Math.round(mean)} minutes`;
  const far = outliers.filter(({ ratio }) => ratio >= outlierFrom);
  if (far.length > 0)
    return [
      false,
      `${listed(far.map(({ task }) => `task ${task.ordinal} takes ${task.estimateMinutes}`))}, ${average}`,
    ];
  const guessed = tasks.filter(({ basis }) => basis === 'guess');
  if (guessed.length * 2 > tasks.length)
    return [false, `nobody can say: how long ${guessed.length} of ${tasks.length} take is a guess`];
  const open = tasks.find(({ basis, range }) => basis === 'kind' && range[1] >= outlierFrom * mean);
  if (open !== undefined)
    return [
      false,
      `task ${open.ordinal} may take ${open.range[1]} minutes, and only its kind of work is known; ${average}`,
    ];
  const longest = Math.max(0, ...tasks.map(({ estimateMinutes }) => estimateMinutes));
  return [true, `the longest takes ${longest} minutes, ${average}`];
}

function pays({ forecast }: ChecklistParams): Answer {
  const { parallelMinutes, sequentialMinutes, overheadMinutes, workers } = forecast;
  const saved = sequentialMinutes - parallelMinutes;
  const at = workers === 1 ? '1 worker' : `${workers} workers`;
  return [
    saved > overheadMinutes,
    `${saved} minutes saved with ${at}, for about ${overheadMinutes} of overhead`,
  ];
}
