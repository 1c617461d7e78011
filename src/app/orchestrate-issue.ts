import { ensureContents } from '../git/partial-clone.ts';
import { baseTroubles } from '../diagnosis/base-troubles.ts';
import { redOnForge } from '../model/state/base-trouble.ts';
import { displayIssue, issueKey, type IssueRef } from '../model/issue/issue.ts';
import { editWords, type IssueEdits, type IssueDigest } from '../model/issue/issue-digest.ts';
import type { Finding, Plan } from '../model/plan/plan.ts';
import { isCiAwaited, isCiFixDue } from '../model/state/feedback.ts';
import type { RunState } from '../model/state/run-state.ts';
import type { TaskState } from '../model/state/task-state.ts';
import { UserError } from '../model/user-error.ts';
import { controlsLeft } from '../orchestration/controls/run-controls.ts';
import { identifySelf } from '../process/identity.ts';
import type { IssueClaim } from '../forge/forge.ts';
import { planIssue } from '../planning/plan-issue.ts';
import { readingLines } from '../reporting/plan/reading-lines.ts';
import type { Journal } from '../journal/journal.ts';
import { foldRun } from '../model/state/fold-run.ts';
import type { SecondReading } from '../model/plan/second-reading.ts';
import type { AppContext } from './user-interface.ts';
import { openStart } from './open-start.ts';
import { approvePlan } from './plan/approve-plan.ts';
import { readBaseEvidence, type BaseEvidence } from './plan/base-evidence.ts';
import { carryOut, refreshRuntimeFiles, openProgress } from './run/carry-out.ts';
import { claimOnce, underClaim } from './run/claim-issue.ts';
import { busyRun } from './run/busy-run.ts';
import { checkOrdinals } from './plan/check-ordinals.ts';
import { editsSince } from './issue/issue-words.ts';
import { asRunKnows } from './issue/run-numbers.ts';
import { succeededWords } from './issue/sub-issue.ts';
import { openPlaceJournal, openUserHolds, type Place } from './place/find-place.ts';
import { noteMerged } from './run/note-merged.ts';
import { planOptions, readPlanEvidence } from './plan/plan-evidence.ts';
import { planRun, type RunPlans } from './plan/plan-run.ts';
import type { Settings } from './settings/settings.ts';
import type { OrchestrateOptions } from './settings/given-flags.ts';
import type { PhaseStart } from './run/run-phases.ts';
import { decideIntent, type TaskChoice } from './run/start-run.ts';
import { withAddedTasks } from '../model/plan/added-tasks.ts';
import { openIssue, type OpenedIssue, type Opening } from './issue/open-issue.ts';
import { readSecond, type ReaderAsked } from './plan/second-reader.ts';

/** What came of working on an issue. */
export type RunOutcome = {
  /** The run as it stands now; null where there was nothing to do for what was named. */
  readonly state: RunState | null;
  readonly place: Place;
};

/**
 * Plans the issue that a user names, runs it, verifies, publishes, and merges where that is asked for; continues the run
 * that the issue has. Throws a `UserError` for what the user must fix, a refused plan or a base that is not ready included.
 */
export async function orchestrate(
  argument: string,
  options: OrchestrateOptions,
  context: AppContext,
): Promise<RunOutcome> {
  const start = await openStart(argument, { options, context });
  const { place, wanted, target, settings, request } = start;
  const self = await identifySelf();
  const holds = openUserHolds(place, self);
  try {
    const journal = openPlaceJournal(place);
    try {
      context.user.damaged(journal.losses());
      const opening = { self, place, settings, options, context, holds, journal, request };
      const state = await orchestrateOpened(() => openIssue(wanted, target, opening), opening);
      if (state?.ended === 'refused') {
        const troubles = baseTroubles(state);
        throw new UserError({ code: 'base-refused', ...state.base, troubles });
      }
      return { state, place };
    } finally {
      journal.close();
    }
  } finally {
    holds.close();
  }
}

type Orchestration = OpenedIssue & Opening;

const mostOpenings = 3;

/** Opens the issue again when another machine came and went while it was read. */
async function orchestrateOpened(
  open: () => Promise<OpenedIssue>,
  opening: Opening,
): Promise<RunState | null> {
  for (let tries = 1; ; tries += 1) {
    const opened = await open();
    const done = await orchestrateIssue({ ...opened, ...opening, isFirstLook: tries === 1 });
    if (done !== null) return done.state;
    if (tries === mostOpenings)
      throw new UserError({ code: 'issue-contended', issue: displayIssue(opened.ref) });
  }
}

/** Null: the issue must be opened again. */
async function orchestrateIssue(
  params: Orchestration & { readonly isFirstLook: boolean },
): Promise<Pick<RunOutcome, 'state'> | null> {
  const { holds, place, ref, journal, forge } = params;
  const name = `run:${place.state.root}:${issueKey(ref)}`;
  const hold = await holds.tryTake(name);
  if (hold.state === 'held') throw busyRun(journal, ref, hold.holder.pid);
  try {
    const known = runOf(journal, ref);
    const numbered = asRunKnows(known, params) ?? params;
    if (params.isFirstLook && lacksTasks(known, numbered.digest)) return null;
    const claim = await claimOnce(forge, params.context.user.note);
    if (claim === null) return null;
    return { state: await underClaim(claim, () => runIssue({ ...numbered, claim })) };
  } finally {
    hold.release();
  }
}

function runOf(journal: Journal, issue: IssueRef): RunState | null {
  const run = journal.findRun(issue);
  return run === null ? null : foldRun(journal.read(run, 0));
}

/** Whether the run has tasks that the issue had not when it was read: they may have been added to both since. */
function lacksTasks(known: RunState | null, { items }: IssueDigest): boolean {
  const ordinals = new Set(items.map(({ ordinal }) => ordinal));
  return (
    known?.tasks.some(({ ordinal, status }) => status === 'queued' && !ordinals.has(ordinal)) ??
    false
  );
}

async function runIssue(
  params: Orchestration & { readonly claim: IssueClaim },
): Promise<RunState | null> {
  const { place, settings, options, forge, journal, ref, master, digest } = params;
  const sha = await forge.syncBase(params.base.branch, params.base.sha);
  const base = { branch: params.base.branch, sha };
  const { env, user } = params.context;
  await ensureContents({ git: place.repository.git, commit: sha, env });
  const forgeGit = place.repository.git.at(forge.repository);
  await noteMerged({ journal, issue: ref, git: forgeGit, base: sha, forge });
  const evidence = await readBaseEvidence(place.repository.git, sha, settings);
  const plans = await makePlans(params, evidence, sha);
  const intent = decideIntent(journal, ref, plans.whole, chosenTasks(params));
  const { known } = intent;
  if (known === null && intent.ordinals.length === 0) return nothingOpen(params);
  const isIdle = intent.ordinals.length === 0 && known !== null && known.ended !== null;
  const isToMeasure = known !== null && controlsLeft(known, settings.soloControl).length > 0;
  if (isIdle && !isToMerge(settings, known) && !areChecksLeft(params, known) && !isToMeasure)
    return nothingToDo(params, known);
  const edits = editsSince(intent.known, digest);
  if (edits !== null) noteEdits(params, edits);
  // A run that was begun was agreed to, unless its issue reads otherwise by now.
  if (intent.known === null || edits !== null) {
    noteReading(params, plans.whole);
    const approval = { isYes: options.yes ?? false, isForced: options.force ?? false };
    await approvePlan(planAbout(plans.now, intent.ordinals), approval, user);
  }
  const { title } = master;
  const { source } = params.text;
  return carryOut({
    ...{ ...params, issue: ref, title, source, base, evidence, intent },
    planNext: () => planNext(params),
  });
}

/** Whether an earlier start left checks of pull requests to watch or fix. */
function areChecksLeft({ forge, settings }: Orchestration, state: RunState): boolean {
  const { tasks, ended } = state;
  const fixes = settings.ciFixes;
  if (fixes === 0 || !forge.can.checks) return false;
  const isOpen = (task: TaskState): boolean =>
    isCiFixDue(task, fixes, redOnForge(state)) || (ended !== 'finished' && isCiAwaited(task));
  return tasks.some(isOpen);
}

/** Whether the run merges by itself, and there is something to merge. */
function isToMerge({ merge }: Settings, { tasks }: RunState): boolean {
  return merge !== 'never' && tasks.some(({ status }) => status === 'completed');
}

/** Plans what is left of an issue on the base as it is after a merge, which the user has agreed to with the whole. */
async function planNext(params: Orchestration): Promise<PhaseStart> {
  const { place, settings, forge, journal, ref } = params;
  const { branch } = params.base;
  const sha = await forge.syncBase(branch, params.base.sha);
  const evidence = await readBaseEvidence(place.repository.git, sha, settings);
  const { whole } = await makePlans(params, evidence, sha);
  const state = runOf(journal, ref);
  const plan = state === null ? whole : withAddedTasks(whole, state);
  const has = (ordinal: number): boolean => plan.tasks.some((task) => task.ordinal === ordinal);
  const choice = { only: state?.only?.filter(has) ?? null, isRetry: false };
  return { base: { branch, sha }, evidence, intent: decideIntent(journal, ref, plan, choice) };
}

async function makePlans(
  params: Orchestration,
  base: BaseEvidence,
  sha: string,
): Promise<RunPlans> {
  const { place, settings, journal, ref: issue, master, options, context } = params;
  const { only } = chosenTasks(params);
  checkOrdinals({ batch: options.batch }, master);
  const { env } = context;
  const { git } = place.repository;
  const { root } = place.repository;
  const { source } = params.text;
  const about = { issue, master, root, source, isLongLived: true };
  const evidence = await readPlanEvidence({ git, base, sha, settings, env, journal, ...about });
  const planned = { options: planOptions(settings), only, findings: params.findings };
  const reading = await readForRun(
    {
      ...{ settings, env, identity: place.repository.identity, files: base.files },
      markdown: params.text.markdown,
      plan: () => planIssue(master, evidence, planned.options),
      note: context.user.note,
    },
    { journal, issue, digest: params.digest },
  );
  return planRun({ master, evidence: { ...evidence, reading }, journal, issue, ...planned });
}

/** Shows what a second reader said, before anything is agreed to. */
function noteReading(params: Orchestration, plan: Plan): void {
  const { user } = params.context;
  const lines = readingLines(plan, user.width);
  if (lines.length > 0) user.note(lines.join('\n'));
}

function noteEdits(params: Orchestration, edits: IssueEdits): void {
  const words = editWords(edits);
  params.context.user.note(
    `The issue was edited since its run was planned, so it is planned again: ${words}.`,
  );
}

/** A plan with the findings about what still has to be done. */
function planAbout(plan: Plan, ordinals: readonly number[]): Plan {
  const isOpen = ({ tasks }: Finding): boolean =>
    tasks.length === 0 || tasks.some((task) => ordinals.includes(task));
  return { ...plan, findings: plan.findings.filter(isOpen) };
}

function chosenTasks({ options, ordinal }: Orchestration): TaskChoice {
  const only = ordinal === null ? (options.tasks ?? null) : [ordinal];
  return { only, isRetry: options.retry ?? false };
}

/** An issue that was never run and whose boxes are all ticked: no run begins, and no agent is looked for. */
function nothingOpen({ master, ref, context }: Orchestration): null {
  const count = master.skipped.length;
  const all = count === 1 ? 'Its one sub-task is' : `All ${count} sub-tasks are`;
  context.user.note(
    `Nothing to do in ${displayIssue(ref)}. ${all} checked off; uncheck one to have it done again.`,
  );
  return null;
}

async function nothingToDo(params: Orchestration, state: RunState): Promise<RunState | null> {
  await refreshRuntimeFiles(params.place, params.journal, state.run);
  // An orchestrator that died before its last word left it to us.
  await openProgress(params.forge, params.ref, () => state)?.close();
  const done = params.ordinal === null ? null : succeededWords(state, params.ordinal);
  if (done !== null) {
    params.context.user.note(done);
    return null;
  }
  const failed = state.tasks.some(({ status }) => status === 'failed' || status === 'cancelled');
  const retry = failed ? ' Failed tasks are tried again with --retry.' : '';
  params.context.user.note(`Nothing left to do in ${state.run}.${retry}`);
  return state;
}

/**
 * The second reading that a run uses: a run that was begun keeps the one that it began with, or none, until its
 * issue is edited. Only then is a new one requested.
 */
async function readForRun(
  asked: ReaderAsked,
  about: {
    readonly journal: Journal;
    readonly issue: IssueRef;
    readonly digest: IssueDigest;
  },
): Promise<SecondReading | null> {
  const known = runOf(about.journal, about.issue);
  if (known?.plan != null && editsSince(known, about.digest) === null)
    return known.plan.reading ?? null;
  return readSecond(asked);
}
