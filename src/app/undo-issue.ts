import { join } from 'node:path';
import { planUndo, type PlannedUndo, type UndoPlan } from '../merging/undo/plan-undo.ts';
import { publishUndo } from '../merging/undo/publish-undo.ts';
import { openUndoRepository } from '../merging/undo/undo-repository.ts';
import { displayIssue } from '../model/issue/issue.ts';
import type { RunState } from '../model/state/run-state.ts';
import type { UndoState } from '../model/state/undo-state.ts';
import { plainText } from '../model/text/plain-text.ts';
import { tasksWords } from '../reporting/words/merge-words.ts';
import { openRunRecord } from '../services/run-record.ts';
import { refreshRuntimeFiles } from './run/carry-out.ts';
import { handedSecrets } from './run/handed-secrets.ts';
import { eventMask } from './run/mask-events.ts';
import { maskedForge } from './run/masked-forge.ts';
import { noteMerged } from './run/note-merged.ts';
import { withRun, type HeldRun } from './run/with-run.ts';
import type { AppContext } from './user-interface.ts';

/** The options of `undo`, as commander hands them over. */
export type UndoOptions = {
  readonly yes?: boolean | undefined;
  readonly json?: boolean | undefined;
  readonly trust?: boolean | undefined;
  readonly takeOver?: boolean | undefined;
};

/** What came of undoing merged tasks. */
export type UndoOutcome =
  /** Nobody agreed to it. */
  | { readonly kind: 'declined' }
  | {
      readonly kind: 'over';
      readonly state: RunState;
      /** The pull requests that undo what was asked for. */
      readonly undos: readonly (UndoState & { readonly isNew: boolean })[];
      readonly left: UndoPlan['left'];
    };

type Undoing = {
  readonly tasks: readonly number[];
  readonly options: UndoOptions;
  readonly context: AppContext;
};

/**
 * Makes the pull request that takes back what a run merged: of some tasks, or of all. Nothing is merged, and no agent is
 * asked; the user's branch, checkout and index stay. Throws a `UserError` where it cannot be done, and then made nothing.
 */
export async function undoIssue(
  params: Undoing & { readonly issue: string },
): Promise<UndoOutcome> {
  const { issue, options, context } = params;
  const { json, trust, takeOver } = options;
  const given = { json, trust, takeOver };
  return withRun({ argument: issue, options: given, context }, (held) => undoHeld(held, params));
}

async function undoHeld(held: HeldRun, params: Undoing): Promise<UndoOutcome> {
  const { place, journal, settings } = held;
  const {
    run,
    base: { branch },
    issue,
  } = held.state;
  const secrets = {
    forge: held.forge.secrets,
    handed: handedSecrets(settings, params.context.env),
  };
  const forge = maskedForge(held.forge, [...secrets.forge, ...secrets.handed]);
  const base = await forge.baseSha(branch);
  const from = place.repository.git.at(forge.repository);
  await noteMerged({ journal, issue, git: from, base, forge });
  const directory = join(place.state.runs, run, 'undo.git');
  await using repository = await openUndoRepository({ directory, from, base });
  const { identity } = place.repository;
  const record = openRunRecord({
    ...{ journal, run, mask: eventMask(secrets), onBroken: () => undefined },
  });
  const plan = await planUndo({
    ...{ state: record.state(), events: [...journal.read(run, 0)], forge, base, identity },
    ...{ git: repository.git, ordinals: params.tasks },
  });
  if (plan.planned.length > 0 && !(await mayGoOn(plan, record.state(), params)))
    return { kind: 'declined' };
  const made: UndoState[] = [];
  for (const undo of plan.planned)
    made.push(await publishUndo(undo, { record, forge, repository }));
  if (forge.can.usage) record.record({ type: 'forge-used', ...forge.usage() });
  await refreshRuntimeFiles(place, journal, run);
  const undos = [
    ...plan.open.map((undo) => ({ ...undo, isNew: false })),
    ...made.map((undo) => ({ ...undo, isNew: true })),
  ];
  return { kind: 'over', state: record.state(), undos, left: plan.left };
}

/** Shows what is about to be published, and asks; where nobody can be asked, it must have been agreed to beforehand. */
async function mayGoOn(
  { planned }: UndoPlan,
  state: RunState,
  { tasks, options, context: { user } }: Undoing,
): Promise<boolean> {
  if (options.yes) return true;
  user.note(planned.flatMap((undo) => undoLines(state, undo)).join('\n'));
  if (user.canAsk)
    return user.confirm([], `${planned.length === 1 ? 'Open it' : 'Open them'}? [y/N] `);
  const command = ['flotilla undo', displayIssue(state.issue), ...tasks, '--yes'].join(' ');
  user.warn(`Nothing was undone. Continue with: ${command}`);
  return false;
}

/** Nobody reads more of them at a prompt. */
const mostShown = 20;

function undoLines(state: RunState, { tasks, commits, standing }: PlannedUndo): readonly string[] {
  const titles = new Map(state.tasks.map(({ ordinal, title }) => [ordinal, title]));
  const lines = commits.slice(0, mostShown).map(({ task, sha, subject }) => {
    const title = plainText(titles.get(task) ?? '', 60);
    return `  ${sha.slice(0, 9)} ${plainText(subject, 80)} (task ${task}, ${title})`;
  });
  const more = commits.length - mostShown;
  return [
    `\nA pull request into ${state.base.branch} that undoes ${tasksWords(tasks)}, by reverting:`,
    ...lines,
    ...(more > 0 ? [`  and ${more} more`] : []),
    ...(standing.length > 0
      ? [`Look at ${tasksWords(standing)} before you merge: it stays, and began on that work.`]
      : []),
  ];
}
