import {
  editWords,
  findEdits,
  type IssueEdits,
  type IssueWords,
} from '../model/issue/issue-digest.ts';
import { withItemNumbers } from '../model/issue/number-items.ts';
import { unplannedEdit } from '../model/plan/added-tasks.ts';
import { stackBelow } from '../model/plan/plan.ts';
import { runNumbers } from '../model/state/run-numbers.ts';
import type { Services } from '../services/run-services.ts';

/** Watches over the words that a run carries out. */
export type EditWatch = {
  /**
   * Whether a task must not begin, since the issue asks for something else by now: a run keeps to the plan that was
   * agreed to, and an edited issue needs a new one.
   */
  readonly holdsBack: (ordinal: number) => Promise<boolean>;
  /** Looks once more, when nothing is about to begin: what was added meanwhile is known before the last words. */
  readonly look: () => Promise<void>;
  /** Whether any task was held back. */
  readonly hasHeldBack: () => boolean;
};

/** Compares the issue with what was planned, each time that a task is about to begin. */
export function watchEdits(services: Services<'record' | 'forge'>): EditWatch {
  const { record } = services;
  let hasHeldBack = false;
  // What was read before tasks were added does not have them.
  let isStale = record.state().added.length > 0;
  record.listen(({ type }) => {
    if (type === 'tasks-added') isStale = true;
  });
  const edited = async (isLast: boolean): Promise<Edited | null> => {
    const isToBeFresh = isLast || isStale;
    isStale = false;
    return editsSince(services, { isLast: isToBeFresh });
  };

  const tell = ({ edits, titles }: Edited): void => {
    const words = editWords(edits, titles);
    const message = `The issue was edited since it was planned: ${words}`;
    if (message === unplannedEdit(record.state())) return;
    record.record({
      type: 'finding-raised',
      finding: {
        kind: 'issue-edited',
        severity: 'warning',
        tasks: [...edits.changed, ...edits.added, ...edits.gone],
        message,
        evidence: record.state().source,
        advice:
          'Tasks that had begun continue as planned; tasks that changed wait. Run the same command again for a new plan; flotilla add takes up new tasks at once.',
      },
    });
  };

  return {
    holdsBack: async (ordinal) => {
      const found = await edited(false);
      if (found === null) return false;
      tell(found);
      const { edits } = found;
      const isHeld = [ordinal, ...stackBelow(record.state().plan?.tasks ?? [], ordinal)].some(
        (task) => isOtherwise(services, edits, task),
      );
      hasHeldBack ||= isHeld;
      return isHeld;
    },
    look: async () => {
      const found = await edited(true);
      if (found !== null) tell(found);
    },
    hasHeldBack: () => hasHeldBack,
  };
}

type Edited = { readonly edits: IssueEdits; readonly titles: IssueWords['titles'] };

async function editsSince(
  { forge, record }: Services<'forge' | 'record'>,
  { isLast }: { readonly isLast: boolean },
): Promise<Edited | null> {
  const read = record.state().issueDigest === null ? null : await forge.readIssue?.({ isLast });
  const state = record.state();
  const planned = state.issueDigest;
  if (planned === null || read == null) return null;
  const numbers = runNumbers(state, read);
  const now = numbers === null ? read : withItemNumbers(read, numbers);
  const edits = findEdits(planned, now);
  return edits === null ? null : { edits, titles: now.titles };
}

/** Whether a task that did not begin yet changed in the issue, or was removed from it. */
function isOtherwise({ record }: Services<'record'>, edits: IssueEdits, ordinal: number): boolean {
  const { workspace } = record.task(ordinal);
  if (workspace !== null) return false;
  return edits.isCommonChanged || edits.changed.includes(ordinal) || edits.gone.includes(ordinal);
}
