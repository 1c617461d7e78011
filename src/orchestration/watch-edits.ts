import {
  editWords,
  findEdits,
  type IssueDigest,
  type IssueEdits,
  type IssueWords,
} from '../model/issue/issue-digest.ts';
import { stackBelow } from '../model/plan/plan.ts';
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
  const pinned = record.state().issueDigest;
  let noted = '';
  let hasHeldBack = false;

  const tell = ({ edits, titles }: Edited): void => {
    const words = editWords(edits, titles);
    if (words === noted) return;
    noted = words;
    record.record({
      type: 'finding-raised',
      finding: {
        kind: 'issue-edited',
        severity: 'warning',
        tasks: [...edits.changed, ...edits.added, ...edits.gone],
        message: `The issue was edited since it was planned: ${words}`,
        evidence: record.state().source,
        advice:
          'Tasks that had begun continue as planned; tasks that changed wait. Run the same command again for a new plan.',
      },
    });
  };

  return {
    holdsBack: async (ordinal) => {
      const edited = await editsSince(services, { pinned, isLast: false });
      if (edited === null) return false;
      tell(edited);
      const { edits } = edited;
      const isHeld = [ordinal, ...stackBelow(record.state().plan?.tasks ?? [], ordinal)].some(
        (task) => isOtherwise(services, edits, task),
      );
      hasHeldBack ||= isHeld;
      return isHeld;
    },
    look: async () => {
      const edited = await editsSince(services, { pinned, isLast: true });
      if (edited !== null) tell(edited);
    },
    hasHeldBack: () => hasHeldBack,
  };
}

type Edited = { readonly edits: IssueEdits; readonly titles: IssueWords['titles'] };

async function editsSince(
  { forge }: Services<'forge'>,
  { pinned, isLast }: { readonly pinned: IssueDigest | null; readonly isLast: boolean },
): Promise<Edited | null> {
  const now = pinned === null ? null : ((await forge.readIssue?.({ isLast })) ?? null);
  const edits = pinned === null || now === null ? null : findEdits(pinned, now);
  return edits === null ? null : { edits, titles: now?.titles };
}

/** Whether a task that did not begin yet changed in the issue, or was removed from it. */
function isOtherwise({ record }: Services<'record'>, edits: IssueEdits, ordinal: number): boolean {
  const { workspace } = record.task(ordinal);
  if (workspace !== null) return false;
  return edits.isCommonChanged || edits.changed.includes(ordinal) || edits.gone.includes(ordinal);
}
