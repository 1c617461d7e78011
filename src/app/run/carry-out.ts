import { dirname, join } from 'node:path';
import type { Holds } from '../../coordination/holds.ts';
import { sweepDrafts } from '../../files/sweep-drafts.ts';
import type { Forge, ForgeProgress, IssueClaim } from '../../forge/forge.ts';
import type { Journal } from '../../journal/journal.ts';
import type { JournalEvent } from '../../model/event/event.ts';
import type { BaseTrouble } from '../../model/state/base-trouble.ts';
import type { ReadIssue } from '../../model/issue/issue-digest.ts';
import type { IssueRef } from '../../model/issue/issue.ts';
import { plainText } from '../../model/text/plain-text.ts';
import type { Finding } from '../../model/plan/plan.ts';
import { openQuestions } from '../../model/state/question-state.ts';
import type { RunState } from '../../model/state/run-state.ts';
import { UserError } from '../../model/user-error.ts';
import type { MergeWork } from '../../orchestration/go-on-to-merging.ts';
import type { RunRecord } from '../../services/run-record.ts';
import { renderProgressComment } from '../../reporting/ending/progress-comment.ts';
import { controlNote } from '../../reporting/words/control-words.ts';
import { askedWords } from '../../reporting/words/standstill-words.ts';
import { redact } from '../../reporting/redact.ts';
import { runtimePaths } from '../../reporting/files/runtime-paths.ts';
import {
  keepRuntimeFiles,
  rebuildRuntimeFiles,
  type RuntimeFiles,
} from '../../reporting/files/runtime-files.ts';
import { findSandbox } from '../../workspace/sandbox/find-sandbox.ts';
import { fitWorkers, measureResources, measureTree } from '../../workspace/machine/resources.ts';
import type { Sandbox } from '../../workspace/sandbox/sandbox.ts';
import { ensureOrigin } from '../../workspace/state/state-origin.ts';
import type { BaseEvidence } from '../plan/base-evidence.ts';
import { mayContinue } from '../plan/approve-plan.ts';
import { isKnownGreen } from '../plan/known-base.ts';
import type { AppContext, RunView } from '../user-interface.ts';
import type { Place } from '../place/find-place.ts';
import type { OrchestrateOptions } from '../settings/given-flags.ts';
import type { Settings } from '../settings/settings.ts';
import { resourceFindings } from '../plan/surroundings.ts';
import { requireSignIn } from './require-sign-in.ts';
import { buildFleet } from './build-fleet.ts';
import { maskedLog, type Secrets, eventMask } from './mask-events.ts';
import { notifyOfRun } from '../notify/notify-run.ts';
import type { Notifier } from '../notify/open-notifier.ts';
import { withoutSinkVariables } from '../settings/without-sink-variables.ts';
import { handedSecrets, sinkSecrets } from './handed-secrets.ts';
import { noteDirtyBase } from './note-dirty-base.ts';
import { traceRun, type RunTracing } from './trace-run.ts';
import { mergeInRun } from './merge-in-run.ts';
import { noteOriginalChecks } from './note-original-checks.ts';
import { runPhases, type PhaseStart } from './run-phases.ts';
import { buildServices, type ServicesParams } from './build-services.ts';
import { startRun, type Intent, type StartParams } from './start-run.ts';
import { noteWithoutSandbox } from './note-without-sandbox.ts';
import { unheldLimits } from './unheld-limits.ts';

/** Everything that is known before anything starts. */
export type Undertaking = Pick<
  StartParams,
  'issue' | 'title' | 'source' | 'base' | 'self' | 'digest' | 'returns'
> & {
  readonly place: Place;
  readonly holds: Holds;
  readonly forge: Forge;
  readonly journal: Journal;
  readonly settings: Settings;
  readonly options: OrchestrateOptions;
  readonly context: AppContext;
  readonly evidence: BaseEvidence;
  readonly intent: Intent;
  readonly readIssue: ReadIssue;
  /** What shows other machines that this one works on the issue. */
  readonly claim: IssueClaim;
  /** Plans again on the base as it is after a merge. */
  readonly planNext: () => Promise<PhaseStart>;
};

/** Carries out the work on an issue, in front of the user; gives the resulting state. */
export async function carryOut(params: Undertaking): Promise<RunState> {
  const { place, context, options, intent, journal } = params;
  const env = withoutSinkVariables(context.env, params.settings);
  const fleet = await buildFleet(params.settings, intent.plan, env);
  if (intent.ordinals.length > 0) await requireSignIn(fleet, env);
  const sandbox = await chooseSandbox(params.settings, env);
  const room = await findRoom(params);
  const settings = { ...params.settings, maxWorkers: room.workers };
  await ensureOrigin(place.state.root, place.repository.gitDirectory);
  await sweepDrafts(foldersOf(params), new Date());
  if (intent.known !== null) await refreshRuntimeFiles(place, journal, intent.known.run);
  const output = await context.user.showRun();
  let record: RunRecord | null = null;
  let notifier: Notifier | null = null;
  let tracing: RunTracing | null = null;
  // Listening comes first: a nudge that arrives before it would end us.
  const stop = context.user.listenForStop({
    ...{ runTimeoutSeconds: settings.runTimeoutSeconds, lost: params.claim.lost },
    onDrain: () =>
      output.note(
        'Draining: nothing new starts. Ctrl-C again ends the agents; their work is kept.',
      ),
    onNudge: () => record?.catchUp(),
  });
  try {
    if (sandbox === null) await noteWithoutSandbox(place.stateHome, { env, note: output.note });
    const secrets = secretsOf(params);
    record = startRun({
      ...params,
      mask: eventMask(secrets),
      settings,
      runs: place.state.runs,
      isFresh: options.fresh ?? false,
      onBroken: brokenView(output),
    });
    const files = showAndKeep(record, { place, journal, output });
    for (const finding of room.findings) record.record({ type: 'finding-raised', finding });
    if (record.state().isPauseAsked) output.note(`The run is ${askedWords(params)}`);
    for (const limit of unheldLimits(fleet, settings)) output.note(limit);
    await noteDirtyBase(params, output);
    // Programs see it in the events.
    if (params.evidence.checks.length === 0 && !context.user.isProgram) output.note(uncheckedNote);
    noteGuess(params, output);
    const { worktreeMb } = room;
    const log = maskedLog(files.log, secrets);
    tracing = await traceRun({ record, journal, env: context.env, note: output.note });
    const forge = tracing.traced(params.forge);
    const shared = { ...params, forge, settings, record, sandbox, worktreeMb, env, stop, log };
    const progress = showProgress(record, params);
    notifier = notifyOfRun({ ...params, record, settings, stop, note: output.note });
    await runPhases({
      ...{
        record,
        merge: mergeWork({ ...params, forge }, output),
        first: params,
        plan: params.planNext,
      },
      servicesFor: noteOriginalChecks(output.note, async (phase) =>
        buildServices({
          ...{ ...shared, ...aboutBase(params, phase, output), evidence: phase.evidence },
          fleet: phase === params ? fleet : await buildFleet(settings, phase.intent.plan, env),
        }),
      ),
    });
    const unmeasured = controlNote(record.state(), settings.soloControl);
    if (unmeasured !== null) output.note(unmeasured);
    await Promise.all([files.flush(), progress?.close()]);
    return record.state();
  } finally {
    await notifier?.close();
    await tracing?.close();
    output.stop();
    stop.release();
  }
}

/** What must not be written down. */
function secretsOf({ forge, settings, context }: Undertaking): Secrets {
  const { env } = context;
  const handed = [...handedSecrets(settings, env), ...sinkSecrets(settings, env)];
  return { forge: forge.secrets, handed };
}

/** Where a start of ours that was killed may have left half a file. */
function foldersOf({ place, intent, issue }: Undertaking): readonly string[] {
  const { root, forge } = place.state;
  const shown = runtimePaths(place.repository.root, { issue, run: intent.known?.run ?? '' });
  const attempts = (intent.known?.tasks ?? []).flatMap((task) => task.attempts);
  return [
    ...[root, join(forge, 'issues'), join(forge, 'pulls')],
    ...[dirname(shown.summary), dirname(shown.sessionLog)],
    ...attempts.map(({ directory }) => directory),
  ];
}

/** What the run does with the work of its tasks when it is asked to merge; null where people look at what came back. */
function mergeWork(params: Undertaking, { note }: RunView): MergeWork | null {
  return params.returns === undefined ? mergeInRun({ ...params, note }) : null;
}

/** The sandbox that the settings ask for; null for none. Throws a `UserError` when one is required and there is none. */
export async function chooseSandbox(
  settings: Settings,
  env: NodeJS.ProcessEnv,
): Promise<Sandbox | null> {
  if (settings.sandbox === 'off') return null;
  const found = await findSandbox(env);
  if (found.ok) return found.value;
  if (settings.sandbox === 'on')
    throw new UserError({ code: 'no-sandbox', why: found.error.message });
  return null;
}

type Room = {
  readonly workers: number;
  readonly findings: readonly Finding[];
  readonly worktreeMb: number;
};

/** How many agents fit on the machine, with the reason when that is fewer than were asked for. */
async function findRoom({ place, settings, base, intent }: Undertaking): Promise<Room> {
  const [resources, worktreeMb] = await Promise.all([
    measureResources(place.state.root),
    measureTree(place.repository.git, base.sha),
  ]);
  const isGivenByHand = settings.isMaxWorkersGiven;
  const wanted = settings.wantedWorkers;
  const fit = fitWorkers({ ...resources, wanted, worktreeMb, isGivenByHand });
  if (fit.workers === 0) throw new UserError({ code: 'no-resources', reasons: fit.reasons });
  const findings = resourceFindings(fit, resources, {
    wanted,
    tasks: intent.plan.tasks.length,
  });
  return { workers: fit.workers, findings, worktreeMb };
}

/** What a reader of the comment on the master issue cares about: how tasks stand, and how the run ends. */
const telling: ReadonlySet<JournalEvent['type']> = new Set<JournalEvent['type']>([
  ...(['planned', 'tasks-added', 'attempt-started', 'task-verified', 'pull-request-done'] as const),
  ...(['ci-seen', 'task-returned'] as const),
  ...(['task-completed', 'task-failed', 'task-cancelled', 'task-skipped'] as const),
  ...(['run-paused', 'run-continued', 'pause-requested', 'continue-requested'] as const),
  ...(['union-judged', 'merge-done', 'merge-left'] as const),
]);

/** The text on the forge that shows how a run stands; null when nobody would look. */
export function openProgress(
  forge: Forge,
  issue: IssueRef,
  state: () => RunState,
): ForgeProgress | null {
  if (!forge.can.progress) return null;
  const canAnswer = forge.can.comments;
  return forge.openProgress(issue, () =>
    redact(renderProgressComment(state(), { canAnswer }), forge.secrets),
  );
}

/** Shows the run on the forge, if it has readers there. */
export function showProgress(
  record: RunRecord,
  { forge, issue }: Pick<Undertaking, 'forge' | 'issue'>,
): ForgeProgress | null {
  const progress = openProgress(forge, issue, () => record.state());
  const asked = (): string =>
    openQuestions(record.state().questions)
      .map(({ question }) => question)
      .join(' ');
  let shown = asked();
  record.listen(({ type }) => {
    const before = shown;
    shown = asked();
    if (telling.has(type) || shown !== before) progress?.changed();
  });
  return progress;
}

function brokenView(output: RunView): (error: unknown) => void {
  return (error) => output.note(`A view of the run broke and was left out: ${String(error)}`);
}

/** Shows and keeps the run's events: those that its start has written already, and all that come. */
function showAndKeep(
  record: RunRecord,
  params: { readonly place: Place; readonly journal: Journal; readonly output: RunView },
): RuntimeFiles {
  const { place, journal, output } = params;
  const files = keepRuntimeFiles(place.repository.root, record.state(), (error) =>
    output.note(
      `The runtime files cannot be written (${error.message}); the run continues. flotilla rebuild creates them later.`,
    ),
  );
  for (const event of journal.read(record.run, record.resumedAt)) {
    output.take(event, record.state());
    files.take(event, record.state());
  }
  record.listen(output.take);
  record.listen(files.take);
  return files;
}

/** A setup without a lock file is a guess, and the user may know better. Programs see the command in the events. */
function noteGuess({ evidence, context }: Undertaking, output: RunView): void {
  const { setup, setupGuessedFrom } = evidence;
  if (setupGuessedFrom === null || context.user.isProgram) return;
  output.note(
    `There is no lock file, so the setup is a guess from ${setupGuessedFrom}: ${setup}. To use another: --setup COMMAND; to use none: --setup true`,
  );
}

/** What the run needs to know before anybody works on a base. */
function aboutBase(
  params: Undertaking,
  phase: PhaseStart,
  output: RunView,
): Pick<ServicesParams, 'isBaseKnownGreen' | 'agreesToRedBase'> {
  return {
    isBaseKnownGreen: isKnownGreen(params.journal, phase),
    agreesToRedBase: (troubles, { mayAsk }) => agreesToRedBase(params, output, troubles, mayAsk),
  };
}

/** Agents work on a base that is not ready only if the user agrees: beforehand, or now. */
async function agreesToRedBase(
  { options, context }: Undertaking,
  output: RunView,
  troubles: readonly BaseTrouble[],
  mayAsk: boolean,
): Promise<boolean> {
  if (options.force) return true;
  if (!mayAsk || !context.user.canAsk) return false;
  const lines = troubles.flatMap(({ message, remedy }) => [plainText(message, 300), `  ${remedy}`]);
  const what =
    'The base is not ready. Agents that start anyway need not pass the checks that are red on it.';
  return output.aside(() => context.user.confirm([...lines, what], mayContinue));
}

const uncheckedNote =
  "No check was found here, so the agents' work is published untested. Name one: --check COMMAND";

/** An orchestrator that died may have left its files slightly behind its journal. */
export async function refreshRuntimeFiles(
  place: Place,
  journal: Journal,
  run: string,
): Promise<void> {
  // Without a place to write them the run continues; its own writer will say so.
  await rebuildRuntimeFiles(place.repository.root, journal.read(run, 0)).catch(() => undefined);
}
