import type { IssueRef } from '../../model/issue/issue.ts';
import type { FindingKind, Plan } from '../../model/plan/plan.ts';
import { unreachable } from '../../model/result.ts';
import { plainText } from '../../model/text/plain-text.ts';
import { costText, counted, durationText } from '../figures.ts';
import { wrapLine } from '../live/wrap-line.ts';
import { estimateLines, failureLine } from './estimate-lines.ts';
import { findingLines } from './finding-lines.ts';
import { overlapMatrix } from './overlap-matrix.ts';
import { readingLines } from './reading-lines.ts';
import { scheduleChart } from './schedule-chart.ts';

/** What `--dry-run` is about. */
export type DryRun = {
  readonly issue: { readonly ref: IssueRef; readonly title: string };
  readonly plan: Plan;
  /** What was found in the project or given by hand: the commands that check it, and the one that prepares a workspace. */
  readonly project?: ProjectCommands | null;
  /** Columns of the terminal; null or left out: the output goes elsewhere, and no line is broken. */
  readonly width?: number | null | undefined;
};

export type ProjectCommands = {
  readonly checks: readonly string[];
  readonly setup: string | null;
  /** The manifest that the setup was guessed from; null where it was not guessed. */
  readonly setupGuessedFrom?: string | null;
};

/** The output of `--dry-run` for people, in the user guide's form. Ends with a line break. */
export function renderDryRun(params: DryRun): string {
  const sections = [
    headLines(params),
    ...(params.plan.tasks.length === 0 ? [nothingLines(params.plan)] : planSections(params)),
  ];
  const filled = sections.filter((lines) => lines.length > 0);
  return `${filled.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function headLines({ issue, plan }: DryRun): readonly string[] {
  return [
    '🔍 DRY RUN MODE',
    `🚀 Parsed ${counted(plan.tasks.length, 'sub-task')} from issue ${issueName(issue.ref)}`,
    ...(issue.title === '' ? [] : [`   ${plainText(issue.title, 100)}`]),
  ];
}

/** Without an open task there is nothing to judge. */
function nothingLines(plan: Plan): readonly string[] {
  return [...taskLines(plan), 'Nothing to do: all sub-tasks are checked off.'];
}

function planSections({
  issue,
  plan,
  project = null,
  width = null,
}: DryRun): readonly (readonly string[])[] {
  return [
    ['Sub-tasks identified:', ...taskLines(plan)],
    ['Independence validation:', ...validationLines(plan, width)],
    readingLines(plan, width),
    overlapMatrix(plan),
    scheduleChart(plan),
    estimateLines(plan),
    checklistLines(plan).flatMap((line) => wrapLine(line, width, 3)),
    [
      ...(project === null ? [] : projectLines(project)),
      needsLine(plan, issue.ref),
      failureLine(plan.forecast),
    ],
    [durationLine(plan), ...wrapLine(`Recommendation: ${recommendation(plan)}`, width, 3)],
  ];
}

function issueName(ref: IssueRef): string {
  return ref.forge === 'local' ? `local#${ref.number}` : `#${ref.number}`;
}

function taskLines(plan: Plan): readonly string[] {
  const digits = String(plan.tasks.at(-1)?.ordinal ?? 1).length;
  const tasks = plan.tasks.map(({ ordinal, title, complexity, size, dependsOn }) => {
    const after = dependsOn.length === 0 ? '' : `, after: ${dependsOn.join(', ')}`;
    return `${String(ordinal).padStart(digits)}. ${plainText(title, 100)} (complexity: ${complexity}, files: ${size.files}${after})`;
  });
  const { skipped } = plan;
  return skipped.length === 0
    ? tasks
    : [...tasks, `Skipped, as already done: ${skipped.map(({ ordinal }) => ordinal).join(', ')}`];
}

function validationLines(plan: Plan, width: number | null): readonly string[] {
  const has = (...kinds: FindingKind[]) => plan.findings.some(({ kind }) => kinds.includes(kind));
  const unplaced = plan.tasks.filter(({ footprint }) => footprint.length === 0).length;
  const depends = plan.tasks.some(({ dependsOn }) => dependsOn.length > 0);
  return [
    ...(has('file-conflict', 'hub-file') ? [] : [conflictLine(unplaced)]),
    ...(depends || has('dependency', 'cycle') ? [] : ['✅ No sequential dependencies']),
    ...(has('unbalanced') ? [] : [balanceLine(plan)]),
    ...findingLines(plan.findings, width),
  ];
}

/** Balanced only where the checklist says so, which takes more than a guess. */
function balanceLine({ tasks, checklist }: Plan): string {
  const sum = tasks.reduce((total, task) => total + task.estimateMinutes, 0);
  const average = Math.round(sum / Math.max(1, tasks.length));
  const line = checklist.items.find(({ text }) => text.includes('SIMILAR complexity'));
  return line?.passed === false
    ? `ℹ️ Whether the tasks are balanced is not known (avg ${average}min per task)`
    : `✅ Balanced complexity (avg ${average}min per task)`;
}

function conflictLine(unplaced: number): string {
  return unplaced === 0
    ? '✅ No file conflicts detected'
    : `✅ No file conflicts detected (the files of ${counted(unplaced, 'task')} are not known)`;
}

function checklistLines({ checklist }: Plan): readonly string[] {
  const { score, of, items } = checklist;
  if (items.length === 0) return [];
  const lines = items.map(
    ({ text, passed, why }) => `${passed ? '✅' : '❌'} ${text} – ${plainText(why, 200)}`,
  );
  return [`Checklist: ${score} of ${of}`, ...lines];
}

function projectLines({
  checks,
  setup,
  setupGuessedFrom = null,
}: ProjectCommands): readonly string[] {
  const guess =
    setupGuessedFrom === null ? '' : ` (a guess from ${setupGuessedFrom}: no lock file)`;
  const shown = (command: string): string => plainText(command, 200);
  return [
    checks.length === 0
      ? 'Checks: ⚠️ none were found, so nothing would be tested; name one with --check COMMAND'
      : `Checks: ${checks.map(shown).join(' · ')}`,
    ...(setup === null ? [] : [`Setup: ${shown(setup)}${guess}`]),
  ];
}

function needsLine({ forecast }: Plan, { forge }: IssueRef): string {
  const { memoryMb, diskMb, apiCalls, costUsd } = forecast;
  const calls = forge === 'local' ? '' : `, ${counted(apiCalls, 'API call')}`;
  const cost = costUsd === null ? '' : `, about ${costText(costUsd)}`;
  return `Needs: ${memoryMb} MB of memory, ${diskMb} MB of disk${calls}${cost}`;
}

function durationLine({ forecast }: Plan): string {
  const { parallelMinutes, sequentialMinutes } = forecast;
  return `Estimated duration: ${minutes(parallelMinutes)} parallel vs ${minutes(sequentialMinutes)} sequential`;
}

function minutes(value: number): string {
  const whole = Math.round(value);
  const hours = whole < 120 ? '' : ` (${durationText(whole * 60_000)})`;
  return `${counted(whole, 'minute')}${hours}`;
}

/** The sign is the verdict's and nothing else's: ✅ proceed, ⚠️ consider, ❌ sequential. */
function recommendation(plan: Plan): string {
  const { verdict, findings, checklist, forecast } = plan;
  const grave = findings.filter(({ severity }) => severity === 'critical');
  switch (verdict) {
    case 'proceed':
      return '✅ Proceed with orchestration';
    case 'sequential':
      return grave.some(({ kind }) => kind !== 'untrusted')
        ? '❌ Restructure the issue first'
        : '❌ Run these tasks one after another';
    case 'consider': {
      if (grave.some(({ kind }) => kind === 'untrusted'))
        return '⚠️ Read the issue before you start';
      if (forecast.workers === 1) return '⚠️ One after another: there is only one worker';
      return checklist.score < goodScore
        ? `⚠️ Consider carefully: ${checklist.score} of ${checklist.of} lines of the checklist hold`
        : `⚠️ Review the warnings before you start${stackWords(plan)}`;
    }
    default:
      return unreachable(verdict);
  }
}

/** From this many lines on, the guide says yes. */
const goodScore = 6;

/** More than this is left to the chart. */
const mostStacked = 3;

/** What the run itself does about tasks that collide or depend on each other. */
function stackWords({ tasks, phases }: Plan): string {
  const parallel = new Set(
    phases.filter(({ mode }) => mode === 'parallel').map(({ number }) => number),
  );
  const stacked = tasks.filter(({ phase, stackOn }) => stackOn !== null && parallel.has(phase));
  if (stacked.length === 0) return '';
  if (stacked.length > mostStacked)
    return `; ${stacked.length} tasks will start from the branch of another one`;
  const each = stacked.map(({ ordinal, stackOn }) => `task ${ordinal} after task ${stackOn}`);
  return `; side by side, but ${each.join(', ')}`;
}
