import { editWords, findEdits, type IssueDigest, type IssueEdits } from '../model/issue-digest.ts';
import { stackBelow } from '../model/plan.ts';
import type { RunTools } from './run-tools.ts';

/** Watches over the words that a run carries out. */
export type EditWatch = {
  /**
   * Whether a task is not to be begun, since the issue asks for something else by now: a run holds to the plan that was
   * agreed to, and an edited issue needs a new one.
   */
  readonly holdsBack: (ordinal: number) => Promise<boolean>;
  /** Whether any task was held back. */
  readonly hasHeldBack: () => boolean;
};

/** Compares the issue with what was planned, each time that a task is about to begin. */
export function watchEdits(tools: RunTools): EditWatch {
  const { record } = tools;
  const pinned = record.state().issueDigest;
  let told = '';
  let hasHeldBack = false;

  const tell = (edits: IssueEdits): void => {
    const words = editWords(edits);
    if (words === told) return;
    told = words;
    record.record({
      type: 'finding-raised',
      finding: {
        kind: 'issue-edited',
        severity: 'warning',
        tasks: [...edits.changed, ...edits.added, ...edits.gone],
        message: `The issue was edited since it was planned: ${words}`,
        evidence: record.state().source,
        advice:
          'What had begun goes on as it was planned; tasks that read otherwise wait. Start the same command again for a new plan.',
      },
    });
  };

  return {
    holdsBack: async (ordinal) => {
      const edits = await editsSince(tools, pinned);
      if (edits === null) return false;
      tell(edits);
      const isHeld = [ordinal, ...stackBelow(record.state().plan?.tasks ?? [], ordinal)].some(
        (task) => isOtherwise(tools, edits, task),
      );
      hasHeldBack ||= isHeld;
      return isHeld;
    },
    hasHeldBack: () => hasHeldBack,
  };
}

async function editsSince(
  { readIssue }: RunTools,
  pinned: IssueDigest | null,
): Promise<IssueEdits | null> {
  const now = pinned === null ? null : ((await readIssue?.()) ?? null);
  return pinned === null || now === null ? null : findEdits(pinned, now);
}

/** Whether a task that did not begin yet is asked for in other words, or no more. */
function isOtherwise({ record }: RunTools, edits: IssueEdits, ordinal: number): boolean {
  const { workspace } = record.task(ordinal);
  if (workspace !== null) return false;
  return edits.isCommonChanged || edits.changed.includes(ordinal) || edits.gone.includes(ordinal);
}
