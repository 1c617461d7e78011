import type { RunServices, TaskLog } from '../services/run-services.ts';
import { plainText } from '../model/text/plain-text.ts';
import { mergeRun, type MergePlan } from '../merging/merge-run.ts';
import type { JournalEvent } from '../model/event/event.ts';
import { displayIssue } from '../model/issue/issue.ts';
import { foldRun } from '../model/state/fold-run.ts';
import { foldTrain } from '../model/merge/train.ts';
import type { TrainPolicy } from '../model/merge/train-car.ts';
import type { UnionVerdict } from '../model/merge/union.ts';
import type { Fleet, FleetMember } from '../services/fleet.ts';
import { openRunRecord, type RunRecord } from '../services/run-record.ts';
import { checkChangeLines } from '../reporting/words/check-changes.ts';
import { placeWords } from '../reporting/words/merge-words.ts';
import { keepRuntimeFiles } from '../reporting/files/runtime-files.ts';
import type { RunState } from '../model/state/run-state.ts';
import { UserError } from '../model/user-error.ts';
import { hearAnswers } from '../orchestration/answers/hear-answers.ts';
import type { MergeOutcome } from './merge-outcome.ts';
import type { AppContext, StopListener } from './user-interface.ts';
import { chooseSandbox, refreshRuntimeFiles, showProgress } from './run/carry-out.ts';
import { readBaseEvidence } from './plan/base-evidence.ts';
import { fromHere } from './place/from-here.ts';
import { maskedLog, eventMask } from './run/mask-events.ts';
import { handedSecrets } from './run/handed-secrets.ts';
import { traceRun } from './run/trace-run.ts';
import { forgeInTrain } from './run/forge-in-run.ts';
import { writeReviewPage } from './run/review-page.ts';
import { buildServices } from './run/build-services.ts';
import { withRun, type HeldRun } from './run/with-run.ts';
import { mergeFlags, type MergeOptions } from './merge-flags.ts';
import type { Settings } from './settings/settings.ts';
import { withoutSinkVariables } from './settings/without-sink-variables.ts';
import { locateMember } from './run/build-fleet.ts';

type Merging = HeldRun & {
  readonly options: MergeOptions;
  readonly context: AppContext;
};

/**
 * Judges all finished branches of an issue's run together, and merges them one after another, as far as the user agrees.
 * Throws a `UserError` for what the user must fix.
 */
export async function mergeIssue(
  argument: string,
  options: MergeOptions,
  context: AppContext,
): Promise<MergeOutcome> {
  const { json, trust, takeOver } = options;
  const given = { json, trust, takeOver };
  return withRun({ argument, options: given, context, isMergeAsked: true }, (held) =>
    mergeHeld({ ...held, options, context }),
  );
}

async function mergeHeld(params: Merging): Promise<MergeOutcome> {
  const { options, context, place, journal, state, forge } = params;
  const handed = handedSecrets(params.settings, context.env);
  const secrets = { forge: forge.secrets, handed };
  const record = openRunRecord({
    journal,
    run: state.run,
    mask: eventMask(secrets),
    onBroken: () => undefined,
  });
  const view = await context.user.showRun();
  record.listen(view.take);
  if (options.acceptCheckChanges && !record.state().settings.areCheckChangesAccepted)
    record.record({ type: 'check-changes-accepted' });
  // Without a place to write them, merging continues.
  const files = keepRuntimeFiles(place.repository.root, record.state(), () => undefined);
  record.listen(files.take);
  const log = maskedLog(files.log, secrets);
  const progress = showProgress(record, { forge, issue: state.issue });
  const stop = context.user.listenForStop({
    runTimeoutSeconds: null,
    lost: params.claim.lost,
    onDrain: () => context.user.warn('Stopping after this step. flotilla merge continues it.'),
    onNudge: () => record.catchUp(),
  });
  const tracing = await traceRun({ record, journal, env: context.env, note: context.user.warn });
  const traced = { ...params, forge: tracing.traced(forge) };
  try {
    const { resolveAttempts, ciFixes } = params.settings;
    const isAsking = options.resolve !== false;
    const authors = await findAuthors(
      state,
      params.settings,
      withoutSinkVariables(context.env, params.settings),
    );
    const services = await servicesFor({ ...traced, fleet: authors.fleet, log }, record, stop);
    // Agents that resolve may ask, too.
    const merged = new AbortController();
    const hearing = hearAnswers(services, merged.signal).catch(noteBug(record));
    try {
      const end = await mergeRun({
        ...{ services, events: () => journal.read(state.run, 0) },
        forge: forgeInTrain({ ...traced, record, stop, now: () => new Date() }),
        method: options.method ?? params.settings.mergeMethod,
        policy: policyOf(params),
        places: params.settings.mergePlaces,
        resolving: {
          attempts: isAsking ? resolveAttempts : 0,
          fixes: () => (isAsking ? ciFixes : 0),
          refusal: (task) => authors.missing.get(task) ?? null,
        },
        mayGoOn: (plan) => mayGoOn(plan, params),
      });
      if (end === 'declined' || end === 'stopped') return { kind: end };
      await services.workspaces.emptyTrash(AbortSignal.timeout(trashMs));
    } finally {
      merged.abort();
      await hearing;
      services.agents.gate.close();
      services.agents.reviews.close();
      services.clock.pulse.close();
      await files.flush();
      await progress?.close();
      if (forge.can.usage) record.record({ type: 'forge-used', ...forge.usage() });
    }
    await refreshRuntimeFiles(place, journal, state.run);
    return await report(params, record);
  } finally {
    await tracing.close();
    view.stop();
    stop.release();
  }
}

/** What goes wrong with hearing answers does not keep anything from being merged. */
function noteBug(record: RunRecord): (error: unknown) => void {
  return (error) => {
    const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
    record.record({ type: 'unexpected', task: null, message, stack });
  };
}

/**
 * What a pull request must be: as this command says, as the run's own did, or as the configuration says. If all of them
 * leave merging to the user, this command is the user's request.
 */
function policyOf({ options, settings, configuration }: Merging): TrainPolicy {
  const asked = [options.merge, settings.given.merge, configuration.merging.policy];
  return asked.find((policy) => policy === 'verified' || policy === 'approved') ?? 'verified';
}

/** What takes longer to delete is left to the next run. */
const trashMs = 30_000;

async function report({ journal, forge }: Merging, record: RunRecord): Promise<MergeOutcome> {
  const state = record.state();
  const events = [...journal.read(state.run, 0)];
  const sha = await forge.baseSha(state.base.branch);
  return { kind: 'over', state, train: foldTrain(events), verdict: lastVerdict(events), sha };
}

function lastVerdict(events: readonly JournalEvent[]): UnionVerdict | null {
  const last = events.findLast((event) => event.type === 'union-judged');
  return last?.type === 'union-judged' ? last.verdict : null;
}

/** The services of a run whose agents are those that made the branches. */
async function servicesFor(
  params: Merging & { readonly fleet: Fleet; readonly log: TaskLog },
  record: RunRecord,
  stop: StopListener,
): Promise<RunServices> {
  const { place, settings, context, forge } = params;
  const env = withoutSinkVariables(context.env, settings);
  const sha = await forge.baseSha(record.state().base.branch);
  return buildServices({
    ...{ ...params, record, stop, env, worktreeMb: 0 },
    evidence: await readBaseEvidence(place.repository.git, sha, settings),
    sandbox: await chooseSandbox(settings, env),
  });
}

function asksAgents({ options, settings }: Merging, verdict: UnionVerdict | null): boolean {
  const isAsking = options.resolve !== false && settings.resolveAttempts > 0;
  return isAsking && verdict !== null && (verdict.state === 'red' || verdict.left.length > 0);
}

/** Shows what is about to be merged, and asks; where nobody can be asked, it must have been agreed to beforehand. */
async function mayGoOn({ cars, verdict }: MergePlan, params: Merging): Promise<boolean> {
  const { options, context, place } = params;
  const { user } = context;
  const state = foldRun(params.journal.read(params.state.run, 0)) ?? params.state;
  const review = await writeReviewPage(place, state, { cars, verdict });
  const changes = checkChangeLines(state, cars);
  if (changes.length > 0) user.note(changes.join('\n'));
  if (options.yes) return true;
  const titles = new Map(state.tasks.map(({ ordinal, title }) => [ordinal, title]));
  const asked = asksAgents(params, verdict)
    ? [
        'If one collides or is red, its agent is asked to fix it, in a separate workspace.',
        'With --no-resolve, no agent is asked.',
      ]
    : [];
  const lines = cars.map(
    (car, index) =>
      `  ${index + 1}. #${car.number} task ${car.task}, ${plainText(titles.get(car.task) ?? '', 80)} (${placeWords(car, verdict)})`,
  );
  const into = `\nTo be merged into ${state.base.branch}:`;
  user.note([into, ...lines, ...asked, `Read before: ${fromHere(review)}`].join('\n'));
  const union = verdict?.state ?? 'unknown';
  const warning = union === 'green' ? '' : `The union is ${union}. `;
  if (user.canAsk) return user.confirm([], `${warning}Merge them? [y/N] `);
  user.warn(
    `${warning}Nothing was merged. Continue with: flotilla merge ${[displayIssue(state.issue), ...mergeFlags(options)].join(' ')} --yes`,
  );
  return false;
}

/** The agents that made a run's branches, as far as they are still on this machine. */
type Authors = {
  readonly fleet: Fleet;
  /** Why the agent of a task is not there. */
  readonly missing: ReadonlyMap<number, string>;
};

/** Finds the agent of each task's last attempt. A missing agent does not keep anything else from being merged. */
async function findAuthors(
  state: RunState,
  settings: Pick<Settings, 'agent' | 'model'>,
  env: NodeJS.ProcessEnv,
): Promise<Authors> {
  const own = new Map<number, FleetMember>();
  const missing = new Map<number, string>();
  for (const { ordinal, attempts } of state.tasks) {
    const name = attempts.at(-1)?.agent ?? settings.agent;
    try {
      own.set(ordinal, await locateMember(name, settings, env));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      missing.set(ordinal, `its agent, ${name}, was not asked: it is not on this machine`);
    }
  }
  // Somebody has to fill that place; an agent that is missing is not asked.
  const nobody = await locateMember('command:true', settings, env);
  return { fleet: { first: nobody, own, fallbacks: [] }, missing };
}
