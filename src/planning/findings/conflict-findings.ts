import {
  isConflict,
  overlapLimit,
  riskLimit,
  type Overlap,
  type SharedPath,
} from '../../model/plan/overlap.ts';
import type { Finding, PlannedTask, StackMode } from '../../model/plan/plan.ts';
import { listed } from '../../model/text/listed.ts';
import { linesOf, named } from '../task-text.ts';
import type { StackChoice } from '../order/weigh-stacks.ts';
import type { HubUse } from './hubs.ts';

/** What is done about collisions: how stacks are made at all, and what was compared for each pair. */
export type Decided = { readonly stack: StackMode; readonly choices: readonly StackChoice[] };

type ChoiceOf = (tasks: readonly [number, number]) => StackChoice | undefined;

/** A longer list of collisions says no more. */
const mostFindings = 100;

/** One finding for each set of files that tasks collide over. */
export function conflictFindings(
  tasks: readonly PlannedTask[],
  overlaps: readonly Overlap[],
  decided: Decided,
): Finding[] {
  const known = new Map(tasks.map((task) => [task.ordinal, task]));
  const choices = new Map(decided.choices.map((choice) => [choice.tasks.join(' '), choice]));
  const choiceOf: ChoiceOf = (pair) => choices.get(pair.join(' '));
  const groups = new Map<string, Overlap[]>();
  for (const overlap of overlaps.filter(isConflict)) {
    const paths = tellingPaths(overlap);
    const key = paths.length === 0 ? overlap.tasks.join(' ') : paths.toSorted().join('\n');
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
      { ...decided, choiceOf },
    );
  });
  return findings.slice(0, mostFindings);
}

/** The paths that make two tasks collide, the likeliest first; only the head of a long list is shown. */
function tellingPaths({ paths }: Overlap): string[] {
  const likely = paths.filter(isLikely);
  return (likely.length > 0 ? likely : paths.slice(0, 3)).map(({ path }) => path);
}

function isLikely({ probability }: SharedPath): boolean {
  return probability >= 0.5;
}

function conflictOf(
  tasks: readonly PlannedTask[],
  group: readonly Overlap[],
  decided: Decided & { readonly choiceOf: ChoiceOf },
): Finding {
  const [first] = group;
  const paths = first === undefined ? [] : tellingPaths(first);
  const shown = paths.length > 4 ? [...paths.slice(0, 3), `${paths.length - 3} more`] : paths;
  const ordinals = tasks.map(({ ordinal }) => ordinal);
  const all = ordinals.length === 2 ? 'both' : 'all';
  const most = first?.paths[0]?.probability ?? 0;
  const verb = [
    ...(most >= surePath ? [`${all} name`] : []),
    ...(most >= 0.5 ? [`will probably ${all} change`] : []),
    `may ${all} change`,
  ];
  return {
    kind: 'file-conflict',
    severity: 'warning',
    tasks: ordinals,
    message: `${named(ordinals)} ${verb[0]} ${paths.length === 0 ? 'a file that neither names' : listed(shown)}`,
    evidence: [
      ...figuresOf(group, most >= surePath),
      linesOf(tasks),
      ...reasonsOf(tasks, paths[0]),
    ].join('; '),
    advice: adviceFor(group, paths, decided),
  };
}

/** A path this likely is in both texts. */
const surePath = 0.8;

/** The figure that was too high comes first, with its limit. */
function figuresOf(group: readonly Overlap[], areSure: boolean): string[] {
  const share = group.reduce((most, overlap) => Math.max(most, overlap.share), 0);
  const risk = group.reduce((most, overlap) => Math.max(most, overlap.risk), 0);
  const likely = `${percent(risk)} likely to share a file`;
  const common = `${percent(share)} of their files in common`;
  if (share > overlapLimit) {
    const limited = `${common}, the limit is ${percent(overlapLimit)}`;
    return areSure ? [limited] : [limited, likely];
  }
  const limited = `${likely}, the limit is ${percent(riskLimit)}`;
  if (share === 0) return [limited];
  return areSure ? [common] : [limited, common];
}

function adviceFor(
  group: readonly Overlap[],
  paths: readonly string[],
  { stack, choiceOf }: Decided & { readonly choiceOf: ChoiceOf },
): string {
  const ordinals = [...new Set(group.flatMap(({ tasks }) => tasks))].toSorted((a, b) => a - b);
  if (paths.length === 0 && stack === 'never')
    return `Expect to resolve conflicts when tasks ${listed(ordinals)} merge: --stack never was asked for.`;
  const files = paths.length > 1 ? 'these files' : (paths[0] ?? 'the files where both meet');
  const found = group.flatMap(({ tasks }) => choiceOf(tasks) ?? []);
  const each = found.slice(0, mostWeighed).map((choice) => choiceWords(choice, found.length > 1));
  const costs = each.length === 0 ? '' : ` ${each.join('; ')}.`;
  const areApart = found.every(({ choice }) => choice === 'stack');
  if (stack === 'never')
    return `Let one task own ${files}, or expect to resolve conflicts when tasks ${listed(ordinals)} merge: --stack never was asked for.${costs}`;
  return areApart
    ? `A run takes them one after another, each from the branch of the previous one.${costs} To run them side by side, let one task own ${files}.`
    : `A run takes ${found.length > 1 ? 'some of them' : 'them'} side by side, and merges or resolves what they change.${costs} To have one wait for the other, write so: “after task ${ordinals[0]}”.`;
}

const mostWeighed = 3;

/** What was compared for a pair, in one line. */
function choiceWords(
  { tasks, waitingMinutes, togetherMinutes, conflictMinutes, conflict, choice }: StackChoice,
  isNamed: boolean,
): string {
  const who = isNamed ? `tasks ${tasks[0]} and ${tasks[1]}: ` : '';
  const waiting = `waiting costs ${minutesText(waitingMinutes)} minutes`;
  const together = `a conflict ${minutesText(togetherMinutes)} (${Math.round(conflict * 100)}% likely, ${minutesText(conflictMinutes)} minutes to fix)`;
  const words = `${who}${waiting}, ${together}`;
  const end = choice === 'stack' ? 'one after the other' : 'side by side';
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}${isNamed ? `: ${end}` : ''}`;
}

function minutesText(minutes: number): string {
  const rounded = Math.round(minutes);
  return rounded === 0 && minutes > 0 ? 'under 1' : String(rounded);
}

/** What the prediction of a path is based on, when the author did not name it. */
function reasonsOf(tasks: readonly PlannedTask[], path: string | undefined): string[] {
  const foreseen = tasks.flatMap(({ ordinal, footprint }) =>
    footprint
      .filter((entry) => entry.path === path && !entry.isDeclared)
      .map(({ reason }) => ({ ordinal, reason })),
  );
  const byReason = Map.groupBy(foreseen.slice(0, 3), ({ reason }) => reason);
  const each = [...byReason].map(
    ([reason, group]) =>
      `for ${named(group.map(({ ordinal }) => ordinal)).toLowerCase()} (${reason})`,
  );
  return each.length === 0 ? [] : [`${path} is foreseen ${listed(each)}`];
}

/** Where rounding would hide that a figure is above its limit, it is rounded up. */
function percent(share: number): string {
  const rounded = Math.round(share * 100);
  const isHidden = share > overlapLimit && rounded <= overlapLimit * 100;
  return `${isHidden ? Math.ceil(share * 1_000) / 10 : rounded}%`;
}

/** One finding for each hub that several tasks depend on. */
export function hubFindings(hubs: readonly HubUse[]): Finding[] {
  return hubs.slice(0, mostFindings).map(({ path, what, tasks }) => {
    const ordinals = tasks.map(({ ordinal }) => ordinal);
    return {
      kind: 'hub-file' as const,
      severity: tasks.length > 2 ? ('warning' as const) : ('info' as const),
      tasks: ordinals,
      message: `${named(ordinals)} depend on ${path}, which is ${what}`,
      evidence: linesOf(tasks),
      advice: 'Change it in one task, first, and leave it alone in the others.',
    };
  });
}
