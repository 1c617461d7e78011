import { findBase } from '../../git/user-repository.ts';
import { findMasterIssue, masterKey } from '../../forge/local/local-forge.ts';
import { openRecords } from '../../forge/local/records.ts';
import type { Git } from '../../git/git.ts';
import { displayIssue, type IssueRef, type MasterIssue } from '../../model/issue.ts';
import type { Finding, Plan } from '../../model/plan.ts';
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
import type { GitHubTarget } from '../choose-forge.ts';
import { openUserHolds, type Place } from '../open-repository.ts';
import { identifySelf } from '../../process/identity.ts';
import type { Settings } from '../settings.ts';

export type DryRunOrder = {
  readonly argument: string;
  /** Null: an issue of the local forge. */
  readonly target: GitHubTarget | null;
  readonly settings: Settings;
  readonly place: Place;
  readonly context: CommandContext;
  readonly isJson: boolean;
};

/** `flotilla orchestrate <issue> --dry-run`: shows the plan. Writes nothing, creates nothing, sends nothing. */
export async function dryRun(order: DryRunOrder): Promise<number> {
  const { settings, context } = order;
  const { ref, master, findings, git, sha } =
    order.target === null ? await readLocal(order) : await readGitHub(order, order.target);
  const evidence = await readBaseEvidence(git, sha, settings);
  const planned = planIssue(master, evidence);
  const plan = { ...planned, findings: [...findings, ...planned.findings] };
  const { maxWorkers } = settings;
  const issue = { ref, title: master.title };
  const shown = order.isJson
    ? `${JSON.stringify(asJson(issue, plan, maxWorkers))}\n`
    : renderDryRun({ issue, plan, maxWorkers });
  context.stdout.write(shown);
  return 0;
}

type Found = {
  readonly ref: IssueRef;
  readonly master: MasterIssue;
  readonly findings: readonly Finding[];
  /** Where the base's commit is. */
  readonly git: Git;
  readonly sha: string;
};

async function readLocal(order: DryRunOrder): Promise<Found> {
  const { place, settings } = order;
  const { ref, text } = await findIssue(order);
  const master = parseIssueText(text);
  const { sha } = await findBase(place.repository, settings.base);
  return { ref, master, findings: [], git: place.repository.git, sha };
}

/** Reads from GitHub, and fetches the base to a bare repository of ours: the user's stays as it is. */
async function readGitHub(order: DryRunOrder, target: GitHubTarget): Promise<Found> {
  const { place, settings, context } = order;
  const { env } = context;
  const holds = openUserHolds(place, await identifySelf());
  try {
    const note = (text: string): void => void context.stderr.write(`${text}\n`);
    const { number } = target;
    const { openGitHub } = await import('../open-github.ts');
    const opened = await openGitHub({ target, number, settings, place, holds, env, note });
    const sha = await opened.forge.fetchBase(opened.branch);
    return { ...opened, git: place.repository.git.at(opened.forge.repository), sha };
  } finally {
    holds.close();
  }
}

async function findIssue(order: DryRunOrder): Promise<{ ref: IssueRef; text: IssueText }> {
  const { place, argument, context } = order;
  // Reading needs no lock: a file appears in its folder whole.
  const records = openRecords(place.state.forge, (work) => work());
  const wanted = readIssueArgument(argument);
  if (wanted.kind !== 'file') {
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
