import { setTimeout as delay } from 'node:timers/promises';
import { digestIssue } from '../../intake/digest-issue.ts';
import type { TasksAdded } from '../../model/event/run-event.ts';
import { digestWith } from '../../model/issue/digest-with.ts';
import { displayIssue } from '../../model/issue/issue.ts';
import { findEdits, type IssueDigest, type IssueEdits } from '../../model/issue/issue-digest.ts';
import { withFindings, type Finding, type Plan, type PlannedTask } from '../../model/plan/plan.ts';
import { foldRun } from '../../model/state/fold-run.ts';
import { currentPhase, type RunState } from '../../model/state/run-state.ts';
import { isOver } from '../../model/state/task-state.ts';
import { UserError } from '../../model/user-error.ts';
import { joinIssue, type Joining } from '../../planning/order/join-issue.ts';
import type { Standing } from '../../planning/order/standing.ts';
import { planIssue } from '../../planning/plan-issue.ts';
import { hasCommit } from '../../git/objects.ts';
import { signalQuietly } from '../../process/process-tree.ts';
import { noteIssueText } from '../issue/note-issue-text.ts';
import { peekIssue, type PeekedIssue } from '../issue/peek-issue.ts';
import { asRunKnows } from '../issue/run-numbers.ts';
import { openStart, type Start } from '../open-start.ts';
import { findRun, findWritablePlace, type FoundRun, type Place } from '../place/find-place.ts';
import { fromHere } from '../place/from-here.ts';
import { approvePlan } from '../plan/approve-plan.ts';
import { lookAround } from '../plan/look-around.ts';
import { planOptions } from '../plan/plan-evidence.ts';
import { busyRun } from '../run/busy-run.ts';
import { buildFleet } from '../run/build-fleet.ts';
import { actInPlace } from '../run/cancel-in-place.ts';
import { refreshRuntimeFiles } from '../run/carry-out.ts';
import { eventMask } from '../run/mask-events.ts';
import { isWorkedOn } from '../run/until-done.ts';
import { givenAgain, type OrchestrateOptions } from '../settings/given-flags.ts';
import type { AppContext } from '../user-interface.ts';

export type AddOptions = Pick<OrchestrateOptions, 'dryRun' | 'yes' | 'force'>;

/** What came of adding the new tasks of an issue to its run. */
export type Added = {
  /** The run as it is with them. */
  readonly state: RunState;
  /** The plan with them. */
  readonly plan: Plan;
  /** In the order in which they start; empty where the issue has no task that the run does not have. */
  readonly tasks: readonly PlannedTask[];
  /** What else was edited, and is left as it was planned; null when nothing was. */
  readonly edits: IssueEdits | null;
  /** Tasks of the run that the issue now wants after a new one: they do not wait for it. */
  readonly unordered: readonly { readonly task: number; readonly on: number }[];
  /** Whether an orchestrator takes them up now, or the next start does, or they were only looked at. */
  readonly when: 'now' | 'later' | 'never';
};

/**
 * Plans the tasks that an issue has and its run does not, and adds them to the run, from any process: at once where an
 * orchestrator works on it, and for its next start otherwise. What the run has stays as it is. Throws a `UserError` for what
 * the user must fix, findings that nobody agreed to included.
 */
export async function addTasks(
  issue: string,
  options: AddOptions,
  context: AppContext,
): Promise<Added> {
  const place = await findWritablePlace(context.directory, context.env);
  const found = await findRun(place, issue);
  try {
    const adding = await openAdding(place, found, { options, context });
    let isAgreed = options.dryRun ?? false;
    for (;;) {
      const draft = await draftAddition(adding, await plannedState(found));
      if (draft.tasks.length === 0 || options.dryRun) return { ...draft, when: 'never' };
      if (!isAgreed) await agree(adding, draft);
      isAgreed = true;
      const added = await write(adding, draft);
      if (added !== null) return added;
    }
  } finally {
    found.journal.close();
  }
}

type Adding = {
  readonly place: Place;
  readonly found: FoundRun;
  readonly options: AddOptions;
  readonly context: AppContext;
  readonly start: Start;
  readonly peeked: PeekedIssue;
};

/** Reads the issue as a start of the run with its own options would, and needs no trust: nothing of the repository's runs. */
async function openAdding(
  place: Place,
  found: FoundRun,
  { options, context }: Pick<Adding, 'options' | 'context'>,
): Promise<Adding> {
  const argument = displayIssue(found.state.issue);
  const again = { ...givenAgain({}, found.state.settings.given), dryRun: true } as const;
  const start = await openStart(argument, { options: again, context });
  const peeked = await peekIssue({ ...start, argument, context }, null);
  return { place, found, options, context, start, peeked };
}

const patienceMs = 30_000;

/** The run as it is now, once it has a plan. Throws a `UserError` when it gets none. */
async function plannedState({ journal, state: first }: FoundRun): Promise<RunState> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const state = foldRun(journal.read(first.run, 0)) ?? first;
    if (state.plan !== null) return state;
    if (performance.now() > deadline || !(await isWorkedOn(state)))
      throw new UserError({
        ...{ code: 'nothing-planned', run: state.run, source: fromHere(state.source) },
      });
    await delay(100);
  }
}

type Draft = Omit<Added, 'when'> & { readonly digest: IssueDigest };

/** Plans what is new next to what the run has. */
async function draftAddition(
  { place, start, peeked, context }: Adding,
  state: RunState,
): Promise<Draft> {
  const { plan } = state;
  if (plan === null) throw new Error(`${state.run} has no plan`);
  const numbered = asRunKnows(state, peeked);
  if (numbered === null)
    throw new UserError({ code: 'items-unclear', source: fromHere(state.source) });
  const { master } = numbered;
  const joining = joinIssue(master, plan, currentPhase(state));
  const digest = digestAfter(state, numbered, joining);
  const edits = findEdits(digest, numbered.digest);
  const known = new Set(plan.tasks.map(({ ordinal }) => ordinal));
  const unordered = (master.orders ?? []).filter(
    ({ task, on }) => known.has(task) && joining.added.some(({ ordinal }) => ordinal === on),
  );
  const rest = { state, edits, unordered, digest };
  if (joining.added.length === 0) return { ...rest, plan, tasks: [] };
  const where = await baseOf(place, state, peeked);
  const around = await lookAround(
    { ...start, context },
    { ...peeked, ...where, master: joining.issue },
  );
  const planned = planIssue(joining.issue, around.evidence, {
    ...planOptions(start.settings),
    maxWorkers: Math.max(1, around.fit.workers),
    stack: plan.stack,
    standing: standingOf(state, plan),
  });
  const fresh = new Set(joining.added.map(({ ordinal }) => ordinal));
  const tasks = planned.order.flatMap(
    (ordinal) => planned.tasks.find((task) => task.ordinal === ordinal && fresh.has(ordinal)) ?? [],
  );
  const isAbout = (finding: Finding): boolean =>
    finding.tasks.some((ordinal) => fresh.has(ordinal));
  const about = {
    ...planned,
    findings: planned.findings.filter(isAbout),
    // A run that was forced was agreed to as what it is.
    refusals: plan.refusals.length > 0 ? [] : planned.refusals,
  };
  return { ...rest, plan: withFindings(about, peeked.findings), tasks };
}

/** What the run carries out when the tasks have joined it; phases that only they are in are no edit of the others. */
function digestAfter(
  { issueDigest }: RunState,
  { master, digest: today }: Pick<PeekedIssue, 'master' | 'digest'>,
  { newPhases }: Joining,
): IssueDigest {
  if (issueDigest === null) return today;
  const phases = master.phases.filter(({ number }) => !newPhases.includes(number));
  const isOnlyExtended = digestIssue({ ...master, phases }).common === issueDigest.common;
  const common = isOnlyExtended ? today.common : issueDigest.common;
  return { ...digestWith(issueDigest, today), common };
}

/** The commit that a new task begins after: the base with what the run has merged into it. */
async function baseOf(
  place: Place,
  { grounds, base }: RunState,
  { ref, git, sha }: PeekedIssue,
): Promise<Pick<PeekedIssue, 'git' | 'sha'>> {
  const clone = place.repository.git.at(place.state.clone);
  const ground = grounds.at(-1) ?? base.sha;
  const isHere = ref.forge === 'local' && (await hasCommit(clone, ground).catch(() => false));
  return isHere ? { git: clone, sha: ground } : { git, sha };
}

function standingOf({ tasks }: RunState, { phases, tasks: planned }: Plan): Standing {
  const those = (isMeant: (task: RunState['tasks'][number]) => boolean): ReadonlySet<number> =>
    new Set(tasks.filter(isMeant).map(({ ordinal }) => ordinal));
  return {
    phases,
    tasks: planned,
    settled: those(({ status }) => status === 'merged' || status === 'skipped'),
    stopped: those(({ status }) => ['failed', 'cancelled', 'blocked'].includes(status)),
    ended: those(isOver),
  };
}

/** Has the user agree as to a start: to a negative verdict, and to warnings. A missing agent is reported here, too. */
async function agree({ options, context, start }: Adding, { plan, tasks }: Draft): Promise<void> {
  const approval = { isYes: options.yes ?? false, isForced: options.force ?? false };
  await approvePlan(plan, approval, context.user);
  await buildFleet(start.settings, { tasks }, context.env);
}

/**
 * Writes it down, when the run still has the plan that it was made for; null otherwise. Where nobody works on the run, no
 * orchestrator begins meanwhile.
 */
async function write(adding: Adding, draft: Draft): Promise<Added | null> {
  const { place, found, peeked } = adding;
  const { journal } = found;
  const { run } = draft.state;
  const event = eventMask({ forge: peeked.secrets, handed: [] })(eventOf(draft));
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const now = foldRun(journal.read(run, 0)) ?? draft.state;
    if (planKey(now) !== planKey(draft.state)) return null;
    if (await isWorkedOn(now)) {
      journal.append(run, event);
      signalQuietly(now.orchestrator.pid, 'SIGUSR2');
      return outcome(adding, draft);
    }
    let isSame = true;
    const isDone = await actInPlace(place, now, () => {
      const then = foldRun(journal.read(run, 0)) ?? now;
      isSame = planKey(then) === planKey(draft.state);
      if (isSame) journal.append(run, event);
      return Promise.resolve();
    });
    if (isDone) return isSame ? outcome(adding, draft) : null;
    if (performance.now() > deadline) throw busyRun(journal, now.issue, now.orchestrator.pid);
    await delay(100);
  }
}

function eventOf({ plan, tasks, digest }: Draft): TasksAdded {
  const { phases, findings } = plan;
  return { type: 'tasks-added', tasks, phases, findings, digest };
}

/** What an addition was made for: another one is planned again. */
function planKey(state: RunState): string {
  const { plan } = state;
  const tasks = plan?.tasks.map(({ ordinal, phase, stackOn }) => [ordinal, phase, stackOn]);
  return JSON.stringify([tasks, plan?.phases, currentPhase(state)]);
}

async function outcome({ place, found, peeked }: Adding, draft: Draft): Promise<Added | null> {
  const { journal } = found;
  const state = foldRun(journal.read(draft.state.run, 0)) ?? draft.state;
  const has = ({ ordinal, title }: PlannedTask): boolean =>
    state.tasks.some((task) => task.ordinal === ordinal && task.title === title);
  // Somebody else added others at the same moment.
  if (!draft.tasks.every(has)) return null;
  await noteIssueText(place, state, peeked);
  const isAlive = await isWorkedOn(state);
  // Nobody else brings them up to date.
  if (!isAlive) await refreshRuntimeFiles(place, journal, state.run);
  return { ...draft, state, plan: state.plan ?? draft.plan, when: isAlive ? 'now' : 'later' };
}
