import { plainBlock, plainJson, plainText } from '../../model/text/plain-text.ts';
import { createInterface } from 'node:readline/promises';
import { mergeRun, type MergePlan } from '../../merging/merge-run.ts';
import type { JournalEvent } from '../../model/event/event.ts';
import { displayIssue } from '../../model/issue/issue.ts';
import { exitCodes } from '../../model/state/run-status.ts';
import { foldRun } from '../../model/state/fold-run.ts';
import { foldTrain } from '../../model/merge/train.ts';
import type { TrainPolicy } from '../../model/merge/train-car.ts';
import type { UnionVerdict } from '../../model/merge/union.ts';
import type { Fleet } from '../../services/fleet.ts';
import { openRunRecord, type RunRecord } from '../../services/run-record.ts';
import type { RunTools, TaskLog } from '../../services/run-tools.ts';
import { eventLine } from '../../reporting/words/event-lines.ts';
import {
  mergeExitCode,
  mergeReport,
  renderMergeReport,
} from '../../reporting/ending/merge-report.ts';
import { checkChangeLines } from '../../reporting/words/check-changes.ts';
import { placeWords } from '../../reporting/words/merge-words.ts';
import { keepRuntimeFiles } from '../../reporting/files/runtime-files.ts';
import { chooseSandbox, refreshRuntimeFiles, showProgress } from '../../app/run/carry-out.ts';
import { readBaseEvidence } from '../../app/plan/base-evidence.ts';
import type { CommandContext } from '../command-context.ts';
import { fromHere } from '../from-here.ts';
import { discreetJournal, discreetLog } from '../../app/run/discreet-record.ts';
import { handedSecrets } from '../../app/run/handed-secrets.ts';
import { findAuthors } from '../../app/run/find-authors.ts';
import { forgeInTrain } from '../../app/run/forge-in-run.ts';
import { writeReviewPage } from '../../app/run/review-page.ts';
import { buildRunTools } from '../../app/run/run-tools.ts';
import { listenForStop, type StopListener } from '../stop-signals.ts';
import { withRun, type HeldRun } from '../../app/run/with-run.ts';
import { mergeFlags, type MergeOptions } from './merge-flags.ts';

type Merging = HeldRun & {
  readonly options: MergeOptions;
  readonly context: CommandContext;
};

/** `flotilla merge <issue>`: judges all finished branches together, then merges them one after another. */
export async function merge(
  argument: string,
  options: MergeOptions,
  context: CommandContext,
): Promise<number> {
  const { json, trust, takeOver } = options;
  const given = { json, trust, takeOver };
  return withRun({ argument, options: given, context, isMergeAsked: true }, (held) =>
    mergeInFront({ ...held, options, context }),
  );
}

async function mergeInFront(order: Merging): Promise<number> {
  const { options, context, place, journal, state, forge } = order;
  const handed = handedSecrets(order.settings, context.env);
  const secrets = { forge: forge.secrets ?? [], handed };
  const record = openRunRecord({
    journal: discreetJournal(journal, secrets),
    run: state.run,
    onBroken: () => undefined,
  });
  if (!options.json) tellEvents(record, context);
  if (options.acceptCheckChanges && !record.state().settings.areCheckChangesAccepted)
    record.record({ type: 'check-changes-accepted' });
  // Without a place to write them, merging continues.
  const files = keepRuntimeFiles(place.repository.root, record.state(), () => undefined);
  record.listen(files.take);
  const log = discreetLog(files.log, secrets);
  const progress = showProgress(record, { forge, issue: state.issue });
  const stop = listenForStop({
    runTimeoutSeconds: null,
    lost: order.claim.lost,
    onDrain: () => context.stderr.write('Stopping after this step. flotilla merge continues it.\n'),
    onNudge: () => record.catchUp(),
  });
  try {
    const { resolveAttempts, ciFixes } = order.settings;
    const isAsking = options.resolve !== false;
    const authors = await findAuthors(state, order.settings, context.env);
    const tools = await toolsFor({ ...order, fleet: authors.fleet, log }, record, stop);
    try {
      const end = await mergeRun({
        ...{ tools, events: () => journal.read(state.run, 0) },
        forge: forgeInTrain({ ...order, record, stop, now: () => new Date() }),
        method: options.method ?? order.settings.mergeMethod,
        policy: policyOf(order),
        resolving: {
          attempts: isAsking ? resolveAttempts : 0,
          fixes: () => (isAsking ? ciFixes : 0),
          refusal: (task) => authors.missing.get(task) ?? null,
        },
        mayGoOn: (plan) => mayGoOn(plan, order),
      });
      if (end === 'declined') return exitCodes.validation;
      if (end === 'stopped') return exitCodes.interrupted;
      await tools.workspaces.emptyTrash(AbortSignal.timeout(trashMs));
    } finally {
      tools.gate.close();
      tools.reviews.close();
      tools.pulse.close();
      await files.flush();
      await progress?.close();
      const usage = forge.usage?.();
      if (usage !== undefined) record.record({ type: 'forge-used', ...usage });
    }
    await refreshRuntimeFiles(place, journal, state.run);
    return await report(order, record);
  } finally {
    stop.release();
  }
}

/**
 * What a pull request must be: as this command says, as the run's own did, or as the configuration says. If all of them
 * leave merging to the user, this command is the user's request.
 */
function policyOf({ options, settings, configuration }: Merging): TrainPolicy {
  const asked = [
    options.merge,
    options.require,
    settings.given.merge,
    configuration.merging.policy,
  ];
  return asked.find((policy) => policy === 'verified' || policy === 'approved') ?? 'verified';
}

/** What takes longer to delete is left to the next run. */
const trashMs = 30_000;

async function report(
  { options, context, journal, forge }: Merging,
  record: RunRecord,
): Promise<number> {
  const state = record.state();
  const events = [...journal.read(state.run, 0)];
  const { branch } = state.base;
  const sha = await forge.baseSha(branch);
  const merged = mergeReport({
    state,
    train: foldTrain(events),
    verdict: lastVerdict(events),
    sha,
  });
  const shown = { ...state, source: fromHere(state.source) };
  const text = options.json
    ? `${plainJson(merged)}\n`
    : `\n${plainBlock(renderMergeReport(merged, shown, mergeFlags(options)))}\n`;
  context.stdout.write(text);
  return mergeExitCode(merged);
}

function lastVerdict(events: readonly JournalEvent[]): UnionVerdict | null {
  const last = events.findLast((event) => event.type === 'union-judged');
  return last?.type === 'union-judged' ? last.verdict : null;
}

/** The tools of a run whose agents are those that made the branches. */
async function toolsFor(
  order: Merging & { readonly fleet: Fleet; readonly log: TaskLog },
  record: RunRecord,
  stop: StopListener,
): Promise<RunTools> {
  const { place, settings, context, forge } = order;
  const { env } = context;
  const sha = await forge.baseSha(record.state().base.branch);
  return buildRunTools({
    ...{ ...order, record, stop, env, worktreeMb: 0 },
    evidence: await readBaseEvidence(place.repository.git, sha, settings),
    sandbox: await chooseSandbox(settings, env),
  });
}

function tellEvents(record: RunRecord, { stdout }: CommandContext): void {
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  record.listen((event, state) => {
    const line = eventLine(state, event, zone);
    if (line !== null) stdout.write(`${line}\n`);
  });
}

function asksAgents({ options, settings }: Merging, verdict: UnionVerdict): boolean {
  const isAsking = options.resolve !== false && settings.resolveAttempts > 0;
  return isAsking && (verdict.state === 'red' || verdict.left.length > 0);
}

/** Shows what is about to be merged, and asks; without a terminal, `--yes` must be given. */
async function mayGoOn({ cars, verdict }: MergePlan, order: Merging): Promise<boolean> {
  const { options, context, place } = order;
  const state = foldRun(order.journal.read(order.state.run, 0)) ?? order.state;
  const review = await writeReviewPage(place, state, { cars, verdict });
  const changes = checkChangeLines(state, cars);
  if (changes.length > 0)
    (options.json ? context.stderr : context.stdout).write(`${changes.join('\n')}\n`);
  if (options.yes) return true;
  const titles = new Map(state.tasks.map(({ ordinal, title }) => [ordinal, title]));
  const { stdout, stderr } = context;
  const asked = asksAgents(order, verdict)
    ? 'If one collides or is red, its agent is asked to fix it, in a separate workspace.\nWith --no-resolve, no agent is asked.\n'
    : '';
  const lines = cars.map(
    (car, index) =>
      `  ${index + 1}. #${car.number} task ${car.task}, ${plainText(titles.get(car.task) ?? '', 80)} (${placeWords(car, verdict)})\n`,
  );
  (options.json ? stderr : stdout).write(
    `\nTo be merged into ${state.base.branch}:\n${lines.join('')}${asked}Read before: ${fromHere(review)}\n`,
  );
  const warning = verdict.state === 'green' ? '' : `The union is ${verdict.state}. `;
  if (!process.stdin.isTTY || !stdout.isTTY || options.json) {
    stderr.write(
      `${warning}Nothing was merged. Continue with: flotilla merge ${[displayIssue(state.issue), ...mergeFlags(options)].join(' ')} --yes\n`,
    );
    return false;
  }
  const question = createInterface({ input: process.stdin, output: stdout });
  try {
    return /^y(?:es)?$/iu.test((await question.question(`${warning}Merge them? [y/N] `)).trim());
  } finally {
    question.close();
  }
}
