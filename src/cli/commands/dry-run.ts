import { findBase } from '../../git/user-repository.ts';
import { displayIssue, type IssueRef } from '../../model/issue.ts';
import { withFindings, type Finding, type Plan } from '../../model/plan.ts';
import { openExistingJournal } from '../../journal/sqlite-journal.ts';
import { planIssue, type Evidence } from '../../planning/plan-issue.ts';
import { renderDryRun } from '../../reporting/dry-run.ts';
import { fitWorkers, measureResources, measureTree, type Fit } from '../../workspace/resources.ts';
import { refuse } from '../approve-plan.ts';
import { readBaseEvidence } from '../base-evidence.ts';
import { checkOrdinals } from '../check-ordinals.ts';
import type { CommandContext } from '../command-context.ts';
import { findIssue } from '../find-issue.ts';
import { parseIssueText, trustFindings } from '../load-issue.ts';
import type { Place } from '../open-repository.ts';
import { planOptions, readPlanEvidence } from '../plan-evidence.ts';
import { redBaseFindings, resourceFindings } from '../surroundings.ts';
import type { OrchestrateOptions, Settings } from '../settings.ts';

export type DryRunOrder = {
  readonly argument: string;
  readonly settings: Settings;
  readonly place: Place;
  readonly context: CommandContext;
  readonly options: OrchestrateOptions;
};

/**
 * `flotilla orchestrate <issue> --dry-run`: shows the plan, and ends as the run would if it were refused. Writes nothing
 * but a cache outside the repository, creates nothing, sends nothing.
 */
export async function dryRun(order: DryRunOrder): Promise<number> {
  const { settings, context, options } = order;
  const { ref, text } = await findIssue(order);
  const master = parseIssueText(text);
  const only = options.tasks ?? null;
  checkOrdinals(options, master);
  const seen = await lookAround(order, ref);
  const maxWorkers = Math.max(1, seen.fit.workers);
  const planned = planIssue(master, seen.evidence, { ...planOptions(settings), maxWorkers, only });
  const plan = withFindings(planned, [...trustFindings(text), ...seen.findings]);
  const issue = { ref, title: master.title };
  const shown = options.json
    ? `${JSON.stringify(asJson(issue, plan))}\n`
    : renderDryRun({ issue, plan, width: widthOf(context) });
  context.stdout.write(shown);
  if (!options.force) refuse(plan);
  return 0;
}

/** Lines of prose are hard to read when they are longer. */
const widest = 120;

function widthOf({ stdout }: CommandContext): number | null {
  return stdout.isTTY ? Math.min(stdout.columns, widest) : null;
}

/** What the repository, its past runs and the machine say. */
type Surroundings = {
  readonly evidence: Evidence;
  readonly findings: readonly Finding[];
  readonly fit: Fit;
};

async function lookAround(
  { place, settings, context }: DryRunOrder,
  issue: IssueRef,
): Promise<Surroundings> {
  const { git } = place.repository;
  const { sha } = await findBase(place.repository, settings.base);
  const base = await readBaseEvidence(git, sha, settings);
  const journal = openExistingJournal(place.state.journal, () => new Date());
  try {
    const { env } = context;
    const [evidence, worktreeMb, resources] = await Promise.all([
      readPlanEvidence({ place, base, sha, settings, env, journal, issue }),
      measureTree(git, sha),
      measureResources(place.state.root),
    ]);
    const { maxWorkers: wanted, isMaxWorkersGiven: isGivenByHand } = settings;
    const fit = fitWorkers({ ...resources, wanted, worktreeMb, isGivenByHand });
    const findings = [
      ...redBaseFindings(journal, { sha, evidence: base }),
      ...resourceFindings(fit, resources, wanted),
    ];
    return { evidence: { ...evidence, worktreeMb }, findings, fit };
  } finally {
    journal?.close();
  }
}

function asJson(issue: { readonly ref: IssueRef; readonly title: string }, plan: Plan): object {
  const { skipped, findings, checklist, verdict, schedule, forecast, refusals } = plan;
  return {
    issue: { ref: displayIssue(issue.ref), title: issue.title },
    tasks: plan.tasks.map(({ lines: _lines, ...task }) => ({
      ...task,
      issue: task.reference?.number ?? null,
    })),
    skipped,
    findings,
    checklist,
    verdict,
    refusals,
    schedule,
    forecast,
  };
}
