import { isConflict, type Overlap } from '../model/overlap.ts';
import type { Finding, PlannedTask, StackMode } from '../model/plan.ts';
import type { HubUse } from './hubs.ts';
import { linesOf, listed, named } from './task-text.ts';

/** Beyond this a list of collisions says no more. */
const mostFindings = 100;

/** One finding for each set of files that tasks collide over. */
export function conflictFindings(
  tasks: readonly PlannedTask[],
  overlaps: readonly Overlap[],
  stack: StackMode,
): Finding[] {
  const known = new Map(tasks.map((task) => [task.ordinal, task]));
  const groups = new Map<string, Overlap[]>();
  for (const overlap of overlaps.filter(isConflict)) {
    const key = tellingPaths(overlap).join('\n');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [overlap]);
    else group.push(overlap);
  }
  const findings = [...groups.values()].map((group) => {
    const ordinals = [...new Set(group.flatMap((overlap) => overlap.tasks))].toSorted(
      (a, b) => a - b,
    );
    return conflictOf(
      ordinals.flatMap((ordinal) => known.get(ordinal) ?? []),
      group,
      stack,
    );
  });
  return findings.slice(0, mostFindings);
}

/** The paths that make two tasks collide; a long list says no more than its head. */
function tellingPaths({ paths }: Overlap): string[] {
  const likely = paths.filter(({ probability }) => probability >= 0.5);
  return (likely.length > 0 ? likely : paths.slice(0, 3)).map(({ path }) => path).toSorted();
}

function conflictOf(
  tasks: readonly PlannedTask[],
  group: readonly Overlap[],
  stack: StackMode,
): Finding {
  const [first] = group;
  const paths = first === undefined ? [] : tellingPaths(first);
  const shown = paths.length > 4 ? [...paths.slice(0, 3), `${paths.length - 3} more`] : paths;
  const ordinals = tasks.map(({ ordinal }) => ordinal);
  const share = group.reduce((most, overlap) => Math.max(most, overlap.share), 0);
  const risk = group.reduce((most, overlap) => Math.max(most, overlap.risk), 0);
  const areSure = (first?.paths[0]?.probability ?? 0) >= 0.8;
  return {
    kind: 'file-conflict',
    severity: 'warning',
    tasks: ordinals,
    message:
      `${named(ordinals)} ${areSure ? 'all name' : 'will probably all change'} ${listed(shown)}`.replace(
        / all /u,
        ordinals.length === 2 ? ' both ' : ' all ',
      ),
    evidence: [
      `${percent(share)} of their files in common, the limit is 10%`,
      ...(areSure ? [] : [`${percent(risk)} likely to share a file`]),
      linesOf(tasks),
      ...reasonsOf(tasks, paths[0]),
    ].join('; '),
    advice: adviceFor(ordinals, paths, stack),
  };
}

function adviceFor(
  ordinals: readonly number[],
  paths: readonly string[],
  stack: StackMode,
): string {
  const own = `Let one task own ${paths.length === 1 ? paths[0] : 'these files'}`;
  return stack === 'never'
    ? `${own}, or expect to resolve conflicts when tasks ${listed(ordinals)} merge. Without --stack never they run one after another.`
    : `Nothing must be done: they run one after another, each from the branch of the one before. ${own} to have them side by side.`;
}

/** What the prediction of a path rests on, where the author did not name it. */
function reasonsOf(tasks: readonly PlannedTask[], path: string | undefined): string[] {
  return tasks
    .flatMap(({ ordinal, footprint }) =>
      footprint
        .filter((entry) => entry.path === path && !entry.isDeclared)
        .map(({ reason }) => `task ${ordinal}: ${reason}`),
    )
    .slice(0, 3);
}

function percent(share: number): string {
  return `${Math.round(share * 100)}%`;
}

/** One finding for each hub that tasks lean on together. */
export function hubFindings(hubs: readonly HubUse[]): Finding[] {
  return hubs.slice(0, mostFindings).map(({ path, what, tasks }) => {
    const ordinals = tasks.map(({ ordinal }) => ordinal);
    return {
      kind: 'hub-file' as const,
      severity: tasks.length > 2 ? ('warning' as const) : ('info' as const),
      tasks: ordinals,
      message: `${named(ordinals)} lean on ${path}, which is ${what}`,
      evidence: linesOf(tasks),
      advice: 'Change it in one task, first, and let the others leave it alone.',
    };
  });
}
