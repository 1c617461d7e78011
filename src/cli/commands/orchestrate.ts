import { ensureContents } from '../../git/partial-clone.ts';
import { baseTroubles, redOnForge } from '../../model/state/base-trouble.ts';
import { displayIssue, issueKey } from '../../model/issue/issue.ts';
import { editWords, type IssueEdits } from '../../model/issue/issue-digest.ts';
import type { Finding, Plan } from '../../model/plan/plan.ts';
import { isCiAwaited, isCiFixDue } from '../../model/state/feedback.ts';
import type { RunState } from '../../model/state/run-state.ts';
import type { TaskState } from '../../model/state/task-state.ts';
import { exitCodes, runExitCode } from '../../model/state/run-status.ts';
import { UserError } from '../../model/user-error.ts';
import { controlsLeft } from '../../orchestration/controls/run-controls.ts';
import { identifySelf } from '../../process/identity.ts';
import { fromHere } from '../from-here.ts';
import { renderClosing } from '../../reporting/ending/closing.ts';
import { runtimePaths } from '../../reporting/files/runtime-paths.ts';
import { approvePlan, canAsk } from '../../app/plan/approve-plan.ts';
import { assist } from '../../app/assist/assist.ts';
import { readBaseEvidence, type BaseEvidence } from '../../app/plan/base-evidence.ts';
import { carryOut, refreshRuntimeFiles, openProgress } from '../../app/run/carry-out.ts';
import type { IssueClaim } from '../../forge/forge.ts';
import { claimOnce, underClaim } from '../../app/run/claim-issue.ts';
import { busyRun } from '../../app/run/busy-run.ts';
import { checkOrdinals } from '../../app/plan/check-ordinals.ts';
import { chooseForge, type GitHubTarget } from '../../app/github/choose-forge.ts';
import type { CommandContext } from '../command-context.ts';
import type { Configuration } from '../../app/settings/configuration.ts';
import { readIssueArgument, type IssueArgument } from '../../app/issue/issue-argument.ts';
import { editsSince } from '../../app/issue/issue-words.ts';
import { succeededWords } from '../../app/issue/sub-issue.ts';
import {
  findWritablePlace,
  openPlaceJournal,
  openUserHolds,
} from '../../app/place/open-repository.ts';
import { noteMerged } from '../../app/run/note-merged.ts';
import { tellDamage } from '../tell-damage.ts';
import { planOptions, readPlanEvidence } from '../../app/plan/plan-evidence.ts';
import { planRun, type RunPlans } from '../../app/plan/plan-run.ts';
import { readForRun } from '../../app/plan/read-for-run.ts';
import { requireReader } from '../../app/plan/second-reader.ts';
import { planIssue } from '../../planning/plan-issue.ts';
import { readingLines } from '../../reporting/plan/reading-lines.ts';
import { resolveSettings, type Settings } from '../../app/settings/settings.ts';
import type { OrchestrateOptions } from '../../app/settings/given-flags.ts';
import type { PhaseStart } from '../../app/run/run-phases.ts';
import { decideIntent, type TaskChoice } from '../../app/run/start-run.ts';
import { readStartRequest, type StartRequest } from '../../app/github/start-request.ts';
import { dryRun } from './dry-run.ts';
import { openIssue, type OpenedIssue, type Setting } from '../../app/issue/open-issue.ts';
import {
  askLines,
  readHarmlessConfiguration,
  readTrustedConfiguration,
  type TrustOrder,
} from '../../app/trust/read-trusted.ts';

/** `flotilla orchestrate <issue>`: plans, runs, verifies, publishes. Gives the exit code. */
export async function orchestrate(
  argument: string,
  options: OrchestrateOptions,
  context: CommandContext,
): Promise<number> {
  const place = await findWritablePlace(context.directory, context.env);
  const configuration = await configurationFor({ place, options, context });
  const settings = resolveSettings(options, configuration, context.env);
  if (options.reader === 'agent') requireReader(settings);
  const wanted = readIssueArgument(argument);
  requireFileAtHome(wanted, options);
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
      tellDamage(journal.losses(), context.stderr);
      const setting = { self, place, settings, options, context, holds, journal, request };
      return await orchestrateOpened(() => openIssue(wanted, target, setting), setting);
    } finally {
      journal.close();
    }
  } finally {
    holds.close();
  }
}

/** A dry run starts nothing, so it does not ask: it leaves out what is not trusted, and says so. */
async function configurationFor(order: TrustOrder): Promise<Configuration> {
  const { place, options, context } = order;
  if (!options.dryRun) return readTrustedConfiguration(order);
  const { configuration, leftOut } = await readHarmlessConfiguration(place, options.trust);
  if (leftOut.length > 0)
    context.stderr.write(
      [
        'The configuration asks for things that need your trust. This plan leaves them out, and a run will ask (flotilla trust):',
        ...askLines(leftOut).map((line) => `  ${line}`),
        '',
      ].join('\n'),
    );
  return configuration;
}

/** A file is an issue of the local forge, whatever the configuration says of numbers. */
function requireFileAtHome({ kind }: IssueArgument, { forge }: OrchestrateOptions): void {
  if (kind !== 'file' || forge !== 'github') return;
  const message =
    'A Markdown file runs on the local forge. To run it on GitHub, make an issue of it and give its number: gh issue create --title … --body-file …';
  throw new UserError({ code: 'usage', message });
}

/** The event that asks for this; null when the user does. */
async function findRequest(
  { event }: OrchestrateOptions,
  target: GitHubTarget | null,
): Promise<StartRequest | null> {
  if (event === undefined) return null;
  if (target !== null) return readStartRequest(event);
  const message = '--event is for issues on GitHub: a run of a file needs no permission there';
  throw new UserError({ code: 'usage', message });
}

type Orchestration = OpenedIssue & Setting;

const mostOpenings = 3;

/** Opens the issue again when another machine came and went while it was read. */
async function orchestrateOpened(
  open: () => Promise<OpenedIssue>,
  setting: Setting,
): Promise<number> {
  for (let tries = 1; ; tries += 1) {
    const opened = await open();
    const code = await orchestrateIssue({ ...opened, ...setting });
    if (code !== null) return code;
    if (tries === mostOpenings)
      throw new UserError({ code: 'issue-contended', issue: displayIssue(opened.ref) });
  }
}

/** Null: the issue must be opened again. */
async function orchestrateIssue(order: Orchestration): Promise<number | null> {
  const { holds, place, ref, journal, forge } = order;
  const name = `run:${place.state.root}:${issueKey(ref)}`;
  const hold = await holds.tryTake(name);
  if (hold.state === 'held') throw busyRun(journal, ref, hold.holder.pid);
  try {
    const claim = await claimOnce(forge, (text) => noteFor(order, text));
    if (claim === null) return null;
    return await underClaim(claim, () => runIssue({ ...order, claim }));
  } finally {
    hold.release();
  }
}

async function runIssue(order: Orchestration & { readonly claim: IssueClaim }): Promise<number> {
  const { place, settings, forge, journal, ref, master, digest } = order;
  const sha = await forge.syncBase(order.base.branch, order.base.sha);
  const base = { branch: order.base.branch, sha };
  const { env } = order.context;
  await ensureContents({ git: place.repository.git, commit: sha, env });
  const forgeGit = place.repository.git.at(forge.repository);
  await noteMerged({ journal, issue: ref, git: forgeGit, base: sha, forge });
  const evidence = await readBaseEvidence(place.repository.git, sha, settings);
  const plans = await makePlans(order, evidence, sha);
  const intent = decideIntent(journal, ref, plans.whole, chosenTasks(order));
  const { known } = intent;
  if (known === null && intent.ordinals.length === 0) return nothingOpen(order);
  const isIdle = intent.ordinals.length === 0 && known !== null && known.ended !== null;
  const isToMeasure = known !== null && controlsLeft(known, settings.soloControl).length > 0;
  if (isIdle && !isToMerge(settings, known) && !areChecksLeft(order, known) && !isToMeasure)
    return nothingToDo(order, known);
  const edits = editsSince(intent.known, digest);
  if (edits !== null) noteEdits(order, edits);
  // A run that was begun was agreed to, unless its issue reads otherwise by now.
  if (intent.known === null || edits !== null) {
    noteReading(order, plans.whole);
    await approve(order, planAbout(plans.now, intent.ordinals));
  }
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

/** Whether an earlier start left checks of pull requests to watch or fix. */
function areChecksLeft({ forge, settings }: Orchestration, state: RunState): boolean {
  const { tasks, ended } = state;
  const fixes = settings.ciFixes;
  if (fixes === 0 || forge.feedback?.look === undefined) return false;
  const isOpen = (task: TaskState): boolean =>
    isCiFixDue(task, fixes, redOnForge(state)) || (ended !== 'finished' && isCiAwaited(task));
  return tasks.some(isOpen);
}

/** Whether the run merges by itself, and there is something to merge. */
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
  const reading = await readForRun(
    {
      ...{ settings, env, identity: place.repository.identity, files: base.files },
      markdown: order.text.markdown,
      plan: () => planIssue(master, evidence, planned.options),
      note: (line) => noteFor(order, line),
    },
    { journal, issue, digest: order.digest },
  );
  return planRun({ master, evidence: { ...evidence, reading }, journal, issue, ...planned });
}

/** Shows what a second reader said, before anything is agreed to. */
function noteReading(order: Orchestration, plan: Plan): void {
  const { stdout } = order.context;
  const lines = readingLines(plan, stdout.isTTY ? stdout.columns : null);
  if (lines.length > 0) noteFor(order, lines.join('\n'));
}

function noteEdits(order: Orchestration, edits: IssueEdits): void {
  const words = editWords(edits);
  noteFor(
    order,
    `The issue was edited since its run was planned, so it is planned again: ${words}.`,
  );
}

/** A plan with the findings about what still has to be done. */
function planAbout(plan: Plan, ordinals: readonly number[]): Plan {
  const isOpen = ({ tasks }: Finding): boolean =>
    tasks.length === 0 || tasks.some((task) => ordinals.includes(task));
  return { ...plan, findings: plan.findings.filter(isOpen) };
}

async function approve({ options, context }: Orchestration, plan: Plan): Promise<void> {
  const { stdout, stderr } = context;
  const approval = {
    isYes: options.yes ?? false,
    isForced: options.force ?? false,
    canAsk: canAsk(options, context),
    shownOn: options.json === true ? stderr : stdout,
  };
  await approvePlan(plan, approval, context);
}

function chosenTasks({ options, ordinal }: Orchestration): TaskChoice {
  const only = ordinal === null ? (options.tasks ?? null) : [ordinal];
  return { only, isRetry: options.retry ?? false };
}

/** An issue that was never run and whose boxes are all ticked: no run begins, and no agent is looked for. */
function nothingOpen({ master, ref, options, context }: Orchestration): number {
  const count = master.skipped.length;
  const all = count === 1 ? 'Its one sub-task is' : `All ${count} sub-tasks are`;
  const line = `Nothing to do in ${displayIssue(ref)}. ${all} checked off; uncheck one to have it done again.`;
  noteFor({ options, context }, line);
  return exitCodes.succeeded;
}

async function nothingToDo(order: Orchestration, state: RunState): Promise<number> {
  await refreshRuntimeFiles(order.place, order.journal, state.run);
  // An orchestrator that died before its last word left it to us.
  await openProgress(order.forge, order.ref, () => state)?.close();
  const done = order.ordinal === null ? null : succeededWords(state, order.ordinal);
  if (done !== null) {
    noteFor(order, done);
    return exitCodes.succeeded;
  }
  const failed = state.tasks.some(({ status }) => status === 'failed' || status === 'cancelled');
  const retry = failed ? ' Failed tasks are tried again with --retry.' : '';
  noteFor(order, `Nothing left to do in ${state.run}.${retry}`);
  return close(order, state);
}

/** Anything that is not an event must not reach what scripts read. */
function noteFor({ options, context }: Pick<Setting, 'options' | 'context'>, line: string): void {
  (options.json ? context.stderr : context.stdout).write(`${line}\n`);
}

function close({ options, context, place }: Orchestration, state: RunState): number {
  if (state.ended === 'refused') {
    const troubles = baseTroubles(state);
    throw new UserError({ code: 'base-refused', ...state.base, troubles });
  }
  if (!options.json) {
    const { summary } = runtimePaths(place.repository.root, state);
    const shown = { ...state, source: fromHere(state.source) };
    const { stdout } = context;
    const width = stdout.isTTY ? stdout.columns : null;
    stdout.write(`\n${renderClosing(shown, fromHere(summary), width)}`);
  }
  return runExitCode(state);
}
