import type { IssueRef } from '../model/issue.ts';
import type { Finding, FindingKind, Plan } from '../model/plan.ts';
import { costText, counted } from './figures.ts';
import { overlapMatrix } from './overlap-matrix.ts';
import { plainText } from './plain-text.ts';
import { scheduleChart } from './schedule-chart.ts';

/** What `--dry-run` is about. */
export type DryRun = {
  readonly issue: { readonly ref: IssueRef; readonly title: string };
  readonly plan: Plan;
};

/** The output of `--dry-run` for people, in the user guide's form. Ends with a line break. */
export function renderDryRun({ issue, plan }: DryRun): string {
  const sections = [
    [
      '🔍 DRY RUN MODE',
      `🚀 Parsed ${plan.tasks.length} sub-task${plan.tasks.length === 1 ? '' : 's'} from issue ${issueName(issue.ref)}`,
      ...(issue.title === '' ? [] : [`   ${plainText(issue.title, 100)}`]),
    ],
    ['Sub-tasks identified:', ...taskLines(plan)],
    ['Independence validation:', ...validationLines(plan)],
    overlapMatrix(plan),
    scheduleChart(plan),
    checklistLines(plan),
    [needsLine(plan)],
    [durationLine(plan), `Recommendation: ${recommendation(plan)}`],
  ];
  const filled = sections.filter((lines) => lines.length > 0);
  return `${filled.map((lines) => lines.join('\n')).join('\n\n')}\n`;
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

function validationLines(plan: Plan): readonly string[] {
  const has = (...kinds: FindingKind[]) => plan.findings.some(({ kind }) => kinds.includes(kind));
  const unplaced = plan.tasks.filter(({ footprint }) => footprint.length === 0).length;
  const average = Math.round(
    plan.tasks.reduce((sum, task) => sum + task.estimateMinutes, 0) /
      Math.max(1, plan.tasks.length),
  );
  const depends = plan.tasks.some(({ dependsOn }) => dependsOn.length > 0);
  return [
    ...(has('file-conflict', 'hub-file') ? [] : [conflictLine(unplaced)]),
    ...(depends || has('dependency', 'cycle') ? [] : ['✅ No sequential dependencies']),
    ...(has('unbalanced') ? [] : [`✅ Balanced complexity (avg ${average}min per task)`]),
    ...plan.findings.flatMap(findingLines),
  ];
}

function conflictLine(unplaced: number): string {
  return unplaced === 0
    ? '✅ No file conflicts detected'
    : `✅ No file conflicts detected (the files of ${counted(unplaced, 'task')} are not known)`;
}

function findingLines({ severity, message, evidence, advice }: Finding): readonly string[] {
  const mark = { info: 'ℹ️', warning: '⚠️', critical: '❌' }[severity];
  const seen = evidence === '' ? '' : ` (${plainText(evidence, 200)})`;
  return [
    `${mark} ${plainText(message, 300)}${seen}`,
    ...(advice === '' ? [] : [`   → ${plainText(advice, 300)}`]),
  ];
}

function checklistLines({ checklist }: Plan): readonly string[] {
  const { score, of, items } = checklist;
  if (items.length === 0) return [];
  const lines = items.map(
    ({ text, passed, why }) => `${passed ? '✅' : '❌'} ${text} – ${plainText(why, 200)}`,
  );
  return [`Checklist: ${score} of ${of}`, ...lines];
}

function needsLine({ forecast }: Plan): string {
  const { memoryMb, diskMb, apiCalls, costUsd } = forecast;
  const cost = costUsd === null ? '' : `, about ${costText(costUsd)}`;
  return `Needs: ${memoryMb} MB of memory, ${diskMb} MB of disk, ${counted(apiCalls, 'API call')}${cost}`;
}

function durationLine({ forecast }: Plan): string {
  const { parallelMinutes, sequentialMinutes } = forecast;
  return `Estimated duration: ${minutes(parallelMinutes)} parallel vs ${minutes(sequentialMinutes)} sequential`;
}

function minutes(value: number): string {
  return counted(Math.round(value), 'minute');
}

function recommendation({ verdict, refusals, findings, checklist }: Plan): string {
  const severities = new Set(findings.map(({ severity }) => severity));
  if (verdict === 'sequential') return '❌ Run these tasks one after another';
  if (severities.has('critical') || refusals.length > 0) return '❌ Restructure the issue first';
  if (verdict === 'consider')
    return `⚠️ Consider carefully: ${checklist.score} of ${checklist.of} lines of the checklist hold`;
  if (severities.has('warning')) return '⚠️ Review the warnings before you start';
  return '✅ Proceed with orchestration';
}
