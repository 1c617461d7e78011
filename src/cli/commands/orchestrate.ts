import type { Holds } from '../../coordination/holds.ts';
import type { MergingHome } from '../../forge/forge.ts';
import { openLocalForge } from '../../forge/local/local-forge.ts';
import { findBase } from '../../git/user-repository.ts';
import { digestIssue } from '../../intake/issue-digest.ts';
import type { Journal } from '../../journal/journal.ts';
import { displayIssue, issueKey, type IssueRef, type MasterIssue } from '../../model/issue.ts';
import { editWords, type IssueDigest, type IssueEdits } from '../../model/issue-digest.ts';
import type { Finding, Plan } from '../../model/plan.ts';
import type { ProcessIdentity } from '../../model/process-identity.ts';
import type { RunState } from '../../model/run-state.ts';
import { runExitCode } from '../../model/run-status.ts';
import { UserError } from '../../model/user-error.ts';
import { identifySelf } from '../../process/identity.ts';
import { renderClosing } from '../../reporting/closing.ts';
import { runtimePaths } from '../../reporting/runtime-paths.ts';
import { approvePlan } from '../approve-plan.ts';
import { assist } from '../assist.ts';
import { readBaseEvidence, type BaseEvidence } from '../base-evidence.ts';
import { carryOut, mendRuntimeFiles, openProgress } from '../carry-out.ts';
import { checkOrdinals } from '../check-ordinals.ts';
import { chooseForge, type GitHubTarget } from '../choose-forge.ts';
import type { CommandContext } from '../command-context.ts';
import { readConfiguration } from '../configuration.ts';
import { readIssueArgument, type IssueArgument } from '../issue-argument.ts';
import { editsSince, issueReader } from '../issue-words.ts';
import { parseIssueText, readIssueFile, readKnownIssue, type IssueText } from '../load-issue.ts';
import {
  findPlace,
  findRun,
  findTaskOfSubIssue,
  openPlaceJournal,
  openUserHolds,
  type Place,
} from '../open-repository.ts';
import { noteMerged } from '../note-merged.ts';
import { planOptions, readPlanEvidence } from '../plan-evidence.ts';
import { planRun, type RunPlans } from '../plan-run.ts';
import {
  givenAgain,
  resolveSettings,
  type OrchestrateOptions,
  type Settings,
} from '../settings.ts';
import type { PhaseStart } from '../run-phases.ts';
import { decideIntent, type TaskChoice } from '../start-run.ts';
import { readStartRequest, type StartRequest } from '../start-request.ts';
import { dryRun } from './dry-run.ts';

/** `flotilla orchestrate <issue>`: plans, runs, verifies, publishes. Gives the exit code. */
export async function orchestrate(
  argument: string,
  options: OrchestrateOptions,
  context: CommandContext,
): Promise<number> {
  const place = await findPlace(context.directory, context.env);
  const configuration = await readConfiguration(place.repository.root);
  const settings = resolveSettings(options, configuration, context.env);
  const wanted = readIssueArgument(argument);
  const target = await chooseForge({ argument: wanted, settings, place, env: context.env });
  const request = await findRequest(options, target);
  if (options.assist)
    return assist({ argument, target, settings, place, context, options, request });
  if (options.dryRun)
    return dryRun({ argument, target, settings, place, context, options, request });
  const self = await identifySelf();
  const holds = openUserHolds(place, self);
  try {
    const journal = openPlaceJournal(place);
    try {
      const setting = { self, place, settings, options, context, holds, journal, request };
      const opened =
        target === null
          ? await openLocalIssue(wanted, setting)
          : await openGitHubIssue(target, setting);
      return await orchestrateIssue({ ...opened, ...setting });
    } finally {
      journal.close();
    }
  } finally {
    holds.close();
  }
}

/** The event that asks for this; null when the user does. */
async function findRequest(
  { event }: OrchestrateOptions,
  target: GitHubTarget | null,
): Promise<StartRequest | null> {
  if (event === undefined) return null;
  if (target !== null) return readStartRequest(event);
  const message =
    '--event is for issues on GitHub: who may start a run of a file is not asked there';
  throw new UserError({ code: 'usage', message });
}

/**
 * `flotilla resume [issue]`: goes on with a run as it was started; with the newest one when no issue is named. What the
 * user gives goes before what was given then.
 */
export async function resume(
  argument: string | undefined,
  options: OrchestrateOptions,
  context: CommandContext,
): Promise<number> {
  const state = await findRunToResume(argument, context);
  if (state === null) return orchestrate(argument ?? '', options, context);
  // A run that came to its end goes on with what is left; one that did not, with what was chosen for it.
  const chosen = state.ended === 'finished' ? undefined : (state.only ?? undefined);
  const again = { ...givenAgain(options, state.settings.given), tasks: options.tasks ?? chosen };
  return orchestrate(argument ?? displayIssue(state.issue), again, context);
}

/** The run that is meant; null for an issue that was named and never run, which `orchestrate` has words for. */
async function findRunToResume(
  argument: string | undefined,
  { directory, env }: CommandContext,
): Promise<RunState | null> {
  const place = await findPlace(directory, env);
  try {
    const newest = await findRun(place, undefined);
    const master = masterOf(newest.journal, argument);
    newest.journal.close();
    if (master === undefined) return newest.state;
    const { journal, state } = await findRun(place, master);
    journal.close();
    return state;
  } catch (error) {
    const isUnknown = error instanceof UserError && error.problem.code === 'run-unknown';
    if (isUnknown && argument !== undefined) return null;
    throw error;
  }
}

/** The issue as it was named, or the master issue of the sub-issue that was named. */
function masterOf(journal: Journal, argument: string | undefined): string | undefined {
  if (argument === undefined) return undefined;
  const task = findTaskOfSubIssue(journal, readIssueArgument(argument));
  return task === null ? argument : displayIssue(task.master);
}

type OpenedIssue = {
  readonly ref: IssueRef;
  readonly text: IssueText;
  readonly master: MasterIssue;
  readonly digest: IssueDigest;
  /** What the issue asks for by now; null when it cannot be read. */
  readonly readIssue: () => Promise<IssueDigest | null>;
  /** The one task that is meant, when the argument was a sub-issue. */
  readonly ordinal: number | null;
  readonly forge: MergingHome;
  /** The branch that work starts from, and where the user's own stands. */
  readonly base: { readonly branch: string; readonly sha: string };
  /** What was found while the issue was read. */
  readonly findings: readonly Finding[];
};

type Setting = {
  readonly self: ProcessIdentity;
  readonly place: Place;
  readonly settings: Settings;
  readonly options: OrchestrateOptions;
  readonly context: CommandContext;
  readonly holds: Holds;
  readonly journal: Journal;
  readonly request: StartRequest | null;
};

async function openLocalIssue(wanted: IssueArgument, setting: Setting): Promise<OpenedIssue> {
  const { place, settings, holds, journal, context } = setting;
  const base = await findBase(place.repository, settings.base);
  const forge = await openLocalForge({
    directory: place.state.forge,
    source: place.repository.gitDirectory,
    branch: base.branch,
    userGit: place.repository.git,
    holds,
  });
  const number = wanted.kind === 'file' ? null : wanted.number;
  const task = number === null ? null : findTaskOfSubIssue(journal, { kind: 'local', number });
  const text =
    wanted.kind === 'file'
      ? await readIssueFile(wanted.path, context.directory)
      : await readKnownIssue(
          await forge.findMasterIssue(task?.master.number ?? wanted.number),
          wanted.number,
        );
  const master = parseIssueText(text);
  const ref = {
    forge: 'local',
    number: await forge.ensureMasterIssue({
      source: text.source,
      title: master.title,
      body: text.markdown,
    }),
  } as const;
  return {
    ...{ ref, text, master, forge, base, ordinal: task?.ordinal ?? null, findings: [] },
    digest: digestIssue(master),
    readIssue: issueReader(text.source),
  };
}

async function openGitHubIssue(target: GitHubTarget, setting: Setting): Promise<OpenedIssue> {
  const { journal, context } = setting;
  const { owner, repo } = target.repository;
  const wanted = { kind: 'github', host: null, owner, repo, number: target.number } as const;
  const task = findTaskOfSubIssue(journal, wanted);
  const { openGitHub } = await import('../open-github.ts');
  const { branch, ...opened } = await openGitHub({
    ...setting,
    target,
    number: task?.master.number ?? target.number,
    env: context.env,
    note: (text) => void context.stderr.write(`${text}\n`),
  });
  return { ...opened, ordinal: task?.ordinal ?? null, base: { branch, sha: '' } };
}

type Orchestration = OpenedIssue & Setting;

async function orchestrateIssue(order: Orchestration): Promise<number> {
  const { holds, place, ref } = order;
  const name = `run:${place.state.root}:${issueKey(ref)}`;
  const hold = await holds.tryTake(name);
  if (hold.state === 'held')
    throw new UserError({ code: 'run-busy', run: issueKey(ref), pid: hold.holder.pid });
  try {
    return await runIssue(order);
  } finally {
    hold.release();
  }
}

async function runIssue(order: Orchestration): Promise<number> {
  const { place, settings, forge, journal, ref, master, digest } = order;
  const sha = await forge.syncBase(order.base.branch, order.base.sha);
  const base = { branch: order.base.branch, sha };
  const forgeGit = place.repository.git.at(forge.repository);
  await noteMerged({ journal, issue: ref, git: forgeGit, base: sha, forge });
  const evidence = await readBaseEvidence(place.repository.git, sha, settings);
  const plans = await makePlans(order, evidence, sha);
  const intent = decideIntent(journal, ref, plans.whole, chosenTasks(order));
  const { known } = intent;
  const isOver = intent.ordinals.length === 0 && known !== null && known.ended !== null;
  if (isOver && !isToMerge(settings, known)) return nothingToDo(order, known);
  const edits = editsSince(intent.known, digest);
  if (edits !== null) noteEdits(order, edits);
  // A run that was begun was agreed to, unless its issue reads otherwise by now.
  if (intent.known === null || edits !== null)
    await approve(order, planAbout(plans.now, intent.ordinals));
  const { title } = master;
  const { source } = order.text;
  return close(
    order,
    await carryOut({
      ...{ ...order, issue: ref, title, source, base, evidence, intent },
      planNext: () => planNext(order),
    }),
  );
}

/** Whether the run is to merge by itself, and there is something to be merged. */
function isToMerge({ merge }: Settings, { tasks }: RunState): boolean {
  return merge !== 'never' && tasks.some(({ status }) => status === 'completed');
}

/** Plans what is left of an issue on the base as it is after a merge, which the user has agreed to with the whole. */
async function planNext(order: Orchestration): Promise<PhaseStart> {
  const { place, settings, forge, journal, ref } = order;
  const { branch } = order.base;
  const sha = await forge.syncBase(branch, order.base.sha);
  const evidence = await readBaseEvidence(place.repository.git, sha, settings);
  const { whole } = await makePlans(order, evidence, sha);
  const choice = { only: null, isRetry: false };
  return { base: { branch, sha }, evidence, intent: decideIntent(journal, ref, whole, choice) };
}

async function makePlans(order: Orchestration, base: BaseEvidence, sha: string): Promise<RunPlans> {
  const { place, settings, journal, ref: issue, master, options, context } = order;
  const { only } = chosenTasks(order);
  checkOrdinals({ batch: options.batch }, master);
  const { env } = context;
  const { git } = place.repository;
  const { root } = place.repository;
  const { source } = order.text;
  const about = { issue, master, root, source, isLongLived: true };
  const evidence = await readPlanEvidence({ git, base, sha, settings, env, journal, ...about });
  const planned = { options: planOptions(settings), only, findings: order.findings };
  return planRun({ master, evidence, journal, issue, ...planned });
}

function noteEdits({ options, context }: Orchestration, edits: IssueEdits): void {
  if (options.json) return;
  context.stdout.write(
    `The issue was edited since its run was planned, so it is planned anew: ${editWords(edits)}.\n`,
  );
}

/** A plan with the findings that are about what is still to be done. */
function planAbout(plan: Plan, ordinals: readonly number[]): Plan {
  const isOpen = ({ tasks }: Finding): boolean =>
    tasks.length === 0 || tasks.some((task) => ordinals.includes(task));
  return { ...plan, findings: plan.findings.filter(isOpen) };
}

async function approve({ options, context }: Orchestration, plan: Plan): Promise<void> {
  const { stdin, stdout } = context;
  const isPrinting = options.json === true || options.plain === true;
  const approval = {
    isYes: options.yes ?? false,
    isForced: options.force ?? false,
    canAsk: stdin.isTTY && stdout.isTTY && !isPrinting,
  };
  await approvePlan(plan, approval, context);
}

function chosenTasks({ options, ordinal }: Orchestration): TaskChoice {
  const only = ordinal === null ? (options.tasks ?? null) : [ordinal];
  return { only, isRetry: options.retry ?? false };
}

async function nothingToDo(order: Orchestration, state: RunState): Promise<number> {
  await mendRuntimeFiles(order.place, order.journal, state.run);
  // An orchestrator that died over its last word left it to us.
  await openProgress(order.forge, order.ref, () => state)?.close();
  const failed = state.tasks.some(({ status }) => status === 'failed' || status === 'cancelled');
  if (!order.options.json)
    order.context.stdout.write(
      `Nothing left to do in ${state.run}.${failed ? ' Failed tasks are tried again with --retry.' : ''}\n`,
    );
  return close(order, state);
}

function close({ options, context, place }: Orchestration, state: RunState): number {
  if (!options.json) {
    const { summary } = runtimePaths(place.repository.root, state);
    context.stdout.write(`\n${renderClosing(state, summary)}`);
  }
  return runExitCode(state);
}
