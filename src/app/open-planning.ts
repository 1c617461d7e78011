import { findBase } from '../git/user-repository.ts';
import type { Git } from '../git/git.ts';
import { displayIssue, type IssueRef, type MasterIssue, issueKey } from '../model/issue/issue.ts';
import type { JournalDamage } from '../model/user-error.ts';
import { withFindings, type Finding } from '../model/plan/plan.ts';
import { foldRun } from '../model/state/fold-run.ts';
import { openExistingJournal } from '../journal/sqlite-journal.ts';
import { planIssue, type Evidence } from '../planning/plan-issue.ts';
import type { ProjectCommands } from '../reporting/plan/dry-run.ts';
import {
  fitWorkers,
  measureResources,
  measureTree,
  type Fit,
} from '../workspace/machine/resources.ts';
import { identifySelf } from '../process/identity.ts';
import type { Journal } from '../journal/journal.ts';
import type { PlannedIssue } from './planned-issue.ts';
import { openStart, type Start } from './open-start.ts';
import type { AppContext } from './user-interface.ts';
import { readBaseEvidence } from './plan/base-evidence.ts';
import { checkOrdinals } from './plan/check-ordinals.ts';
import type { GitHubTarget } from './issue/choose-forge.ts';
import { findIssue } from './issue/find-issue.ts';
import { readIssueArgument } from './issue/issue-argument.ts';
import { parseIssueText } from './issue/load-issue.ts';
import { subIssueTask, succeededWords } from './issue/sub-issue.ts';
import { openUserHolds } from './place/find-place.ts';
import { planOptions, readPlanEvidence } from './plan/plan-evidence.ts';
import { readSecond } from './plan/second-reader.ts';
import { redBaseFindings, resourceFindings } from './plan/surroundings.ts';
import type { OrchestrateOptions } from './settings/given-flags.ts';

type PlanOnlyParams = Start & {
  readonly argument: string;
  readonly context: AppContext;
  readonly options: OrchestrateOptions;
};

/** An issue that could be planned. */
export type Planning = {
  /** That the one task that was named has succeeded, in words; null when it has not, or all were meant. */
  readonly done: string | null;
  readonly plan: () => Promise<PlannedIssue>;
};

/**
 * Opens an issue to plan it as a start with these options would. Writes nothing but a cache outside the repository,
 * creates nothing, sends nothing.
 */
export async function openPlanning(
  argument: string,
  options: OrchestrateOptions,
  context: AppContext,
): Promise<Planning> {
  const start = await openStart(argument, { options: { ...options, dryRun: true }, context });
  const params = { ...start, argument, options, context };
  const named = findNamedTask(params);
  return { done: named?.done ?? null, plan: () => planIt(params, named) };
}

async function planIt(params: PlanOnlyParams, named: NamedTask | null): Promise<PlannedIssue> {
  const { settings, options, context } = params;
  const found = await (params.target === null
    ? readLocal(params, named)
    : readGitHub(params, params.target, named));
  const { ref, master } = found;
  // What has succeeded is not done again: there is nothing to plan.
  const isDone = named !== null && named.done !== null;
  const chosen = named === null ? options.tasks : [named.ordinal];
  const only = isDone ? [] : (chosen ?? null);
  if (!isDone) checkOrdinals({ ...options, tasks: chosen }, master);
  const seen = await lookAround(params, found);
  const maxWorkers = Math.max(1, seen.fit.workers);
  const planning = { ...planOptions(settings), maxWorkers, only };
  const reading = await readSecond({
    ...{ settings, env: context.env, identity: params.place.repository.identity },
    ...{ markdown: found.markdown, files: seen.evidence.files },
    plan: () => planIssue(master, seen.evidence, { ...planning, only: null }),
    note: context.user.warn,
  });
  const planned = planIssue(master, { ...seen.evidence, reading }, planning);
  const plan = withFindings(planned, [...found.findings, ...seen.findings]);
  const { project, damages } = seen;
  return { issue: { ref, title: master.title }, plan, project, damages };
}

/** The one task that is meant, when the argument was a sub-issue. */
type NamedTask = {
  readonly master: IssueRef;
  readonly ordinal: number;
  /** That it has succeeded, in words; null when it has not. */
  readonly done: string | null;
};

function findNamedTask({ argument, target, place }: PlanOnlyParams): NamedTask | null {
  const journal = openExistingJournal(place.state.journal, () => new Date());
  if (journal === null) return null;
  try {
    const task = subIssueTask(journal, readIssueArgument(argument), target);
    if (task === null) return null;
    const run = journal.findRun(task.master);
    const state = run === null ? null : foldRun(journal.readSound(run).events);
    return { ...task, done: state === null ? null : succeededWords(state, task.ordinal) };
  } finally {
    journal.close();
  }
}

/** What the repository, its past runs and the machine say. */
type Surroundings = {
  readonly evidence: Evidence;
  readonly findings: readonly Finding[];
  readonly fit: Fit;
  readonly project: ProjectCommands;
  /** What a start would stumble over in the journal. */
  readonly damages: readonly JournalDamage[];
};

async function lookAround(
  { place, settings, context }: PlanOnlyParams,
  { git, sha, ref: issue, master, source }: Found,
): Promise<Surroundings> {
  const { root } = place.repository;
  const base = await readBaseEvidence(git, sha, settings);
  const journal = openExistingJournal(place.state.journal, () => new Date());
  try {
    const { env } = context;
    const [evidence, worktreeMb, resources] = await Promise.all([
      readPlanEvidence({
        ...{ git, base, sha, settings, env, journal, issue, master, root, source },
        isLongLived: false,
      }),
      measureTree(git, sha),
      measureResources(place.state.root),
    ]);
    const { wantedWorkers: wanted, isMaxWorkersGiven: isGivenByHand } = settings;
    const fit = fitWorkers({ ...resources, wanted, worktreeMb, isGivenByHand });
    const findings = [
      ...redBaseFindings(journal, { sha, evidence: base }),
      ...resourceFindings(fit, resources, { wanted, tasks: master.tasks.length }),
    ];
    const { setup, setupGuessedFrom } = base;
    const checks = base.checks.map(({ command }) => command);
    const project = { checks, setup, setupGuessedFrom };
    const damages = journal === null ? [] : damagesFor(journal, issue);
    return { evidence: { ...evidence, worktreeMb }, findings, fit, project, damages };
  } finally {
    journal?.close();
  }
}

type Found = {
  readonly ref: IssueRef;
  readonly master: MasterIssue;
  /** A path, or a URL. */
  readonly source: string;
  readonly markdown: string;
  readonly findings: readonly Finding[];
  /** Where the base's commit is. */
  readonly git: Git;
  readonly sha: string;
};

async function readLocal(params: PlanOnlyParams, named: NamedTask | null): Promise<Found> {
  const { place, settings } = params;
  const argument = named === null ? params.argument : displayIssue(named.master);
  const { ref, text } = await findIssue({ ...params, argument });
  const master = parseIssueText(text);
  const { sha } = await findBase(place.repository, settings.base);
  const { source, markdown } = text;
  return { ref, master, source, markdown, findings: [], git: place.repository.git, sha };
}

/** Reads from GitHub, and fetches the base to a bare repository of ours: the user's stays as it is. */
async function readGitHub(
  params: PlanOnlyParams,
  target: GitHubTarget,
  named: NamedTask | null,
): Promise<Found> {
  const { place, settings, context, request } = params;
  const { env } = context;
  const holds = openUserHolds(place, await identifySelf());
  try {
    const note = context.user.warn;
    const number = named?.master.number ?? target.number;
    const { openGitHub } = await import('./github/open-github.ts');
    const opened = await openGitHub({
      ...{ target, number, request, settings, place, holds, env, note, claiming: null },
    });
    const sha = await opened.forge.fetchBase(opened.branch);
    const { source, markdown } = opened.text;
    return {
      ...opened,
      source,
      markdown,
      git: place.repository.git.at(opened.forge.repository),
      sha,
    };
  } finally {
    holds.close();
  }
}

/** What is wrong with an issue's newest run, or with a run that may be its own. */
function damagesFor(journal: Journal, issue: IssueRef): JournalDamage[] {
  const own = journal.runs().find((entry) => issueKey(entry.issue) === issueKey(issue));
  const damage = own === undefined ? null : journal.readSound(own.run).damage;
  return [...(damage === null ? [] : [damage]), ...journal.losses()];
}
