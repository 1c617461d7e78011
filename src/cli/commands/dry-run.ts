import { findBase } from '../../git/user-repository.ts';
import { findMasterIssue, masterKey } from '../../forge/local/local-forge.ts';
import { openRecords } from '../../forge/local/records.ts';
import { displayIssue, type IssueRef } from '../../model/issue.ts';
import type { Plan } from '../../model/plan.ts';
import { openExistingJournal } from '../../journal/sqlite-journal.ts';
import { planIssue, type Evidence } from '../../planning/plan-issue.ts';
import { renderDryRun } from '../../reporting/dry-run.ts';
import { measureTree } from '../../workspace/resources.ts';
import { refuse } from '../approve-plan.ts';
import { readBaseEvidence } from '../base-evidence.ts';
import { checkOrdinals } from '../check-ordinals.ts';
import type { CommandContext } from '../command-context.ts';
import {
  parseIssueText,
  readIssueArgument,
  readIssueFile,
  readKnownIssue,
  type IssueText,
} from '../load-issue.ts';
import type { Place } from '../open-repository.ts';
import { planOptions, readPlanEvidence } from '../plan-evidence.ts';
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
  const evidence = await gatherEvidence(order, ref);
  const only = options.tasks ?? null;
  checkOrdinals(options, master);
  const plan = planIssue(master, evidence, { ...planOptions(settings), only });
  const issue = { ref, title: master.title };
  const shown = options.json
    ? `${JSON.stringify(asJson(issue, plan))}\n`
    : renderDryRun({ issue, plan });
  context.stdout.write(shown);
  if (!options.force) refuse(plan);
  return 0;
}

async function gatherEvidence(
  { place, settings, context }: DryRunOrder,
  issue: IssueRef,
): Promise<Evidence> {
  const { git } = place.repository;
  const { sha } = await findBase(place.repository, settings.base);
  const base = await readBaseEvidence(git, sha, settings);
  const journal = openExistingJournal(place.state.journal, () => new Date());
  try {
    const { env } = context;
    const evidence = await readPlanEvidence({ place, base, sha, settings, env, journal, issue });
    return { ...evidence, worktreeMb: await measureTree(git, sha) };
  } finally {
    journal?.close();
  }
}

async function findIssue(order: DryRunOrder): Promise<{ ref: IssueRef; text: IssueText }> {
  const { place, argument, context } = order;
  // Reading needs no lock: a file appears in its folder whole.
  const records = openRecords(place.state.forge, (work) => work());
  const wanted = readIssueArgument(argument);
  if (wanted.kind === 'local') {
    const known = await findMasterIssue(records, wanted.number);
    const text = await readKnownIssue(known, wanted.number);
    return { ref: { forge: 'local', number: wanted.number }, text };
  }
  const text = await readIssueFile(wanted.path, context.directory);
  const number = await records.foresee('issue', masterKey(text.source));
  return { ref: { forge: 'local', number }, text };
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
