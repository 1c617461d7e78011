import { findBase } from '../../git/user-repository.ts';
import { findMasterIssue, masterKey } from '../../forge/local/local-forge.ts';
import { openRecords } from '../../forge/local/records.ts';
import { displayIssue, type IssueRef } from '../../model/issue.ts';
import type { Plan } from '../../model/plan.ts';
import { planIssue } from '../../planning/plan-issue.ts';
import { renderDryRun } from '../../reporting/dry-run.ts';
import { estimateDuration } from '../../reporting/estimated-duration.ts';
import { readBaseEvidence } from '../base-evidence.ts';
import type { CommandContext } from '../command-context.ts';
import {
  parseIssueText,
  readIssueArgument,
  readIssueFile,
  readKnownIssue,
  type IssueText,
} from '../load-issue.ts';
import type { Place } from '../open-repository.ts';
import type { Settings } from '../settings.ts';

export type DryRunOrder = {
  readonly argument: string;
  readonly settings: Settings;
  readonly place: Place;
  readonly context: CommandContext;
  readonly isJson: boolean;
};

/** `flotilla orchestrate <issue> --dry-run`: shows the plan. Writes nothing, creates nothing, sends nothing. */
export async function dryRun(order: DryRunOrder): Promise<number> {
  const { place, settings, context } = order;
  const { ref, text } = await findIssue(order);
  const master = parseIssueText(text);
  const base = await findBase(place.repository, settings.base);
  const evidence = await readBaseEvidence(place.repository.git, base.sha, settings);
  const plan = planIssue(master, evidence);
  const { maxWorkers } = settings;
  const issue = { ref, title: master.title };
  const shown = order.isJson
    ? `${JSON.stringify(asJson(issue, plan, maxWorkers))}\n`
    : renderDryRun({ issue, plan, maxWorkers });
  context.stdout.write(shown);
  return 0;
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

function asJson(
  issue: { readonly ref: IssueRef; readonly title: string },
  plan: Plan,
  maxWorkers: number,
): object {
  const { parallel, sequential } = estimateDuration(plan, maxWorkers);
  return {
    issue: { ref: displayIssue(issue.ref), title: issue.title },
    tasks: plan.tasks.map(({ lines: _lines, ...task }) => ({ ...task, issue: null })),
    skipped: plan.skipped,
    findings: plan.findings,
    schedule: [plan.order],
    forecast: {
      parallelMinutes: parallel,
      sequentialMinutes: sequential,
      speedup: parallel === 0 ? null : sequential / parallel,
    },
  };
}
