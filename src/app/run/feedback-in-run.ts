import type { ForgeHome, PullFeedback } from '../../forge/forge.ts';
import { fetchRef, type BareClone } from '../../git/bare-clone.ts';
import type { RunRecord } from '../../services/run-record.ts';
import { discreetFeedback } from './discreet-feedback.ts';

export type FeedbackOrder = {
  readonly forge: ForgeHome;
  readonly record: RunRecord;
  /** The bare clone of the workspaces. */
  readonly clone: BareClone;
  /** What must reach no prompt, no journal and no comment. */
  readonly secrets: readonly string[];
};

/**
 * What comes back from pull requests, as a run has it: without secrets, with its calls in the journal, and with branches
 * where the workspaces are made from. Left out where the forge has nothing of it.
 */
export function feedbackInRun(order: FeedbackOrder): PullFeedback | undefined {
  const { forge, record, clone, secrets } = order;
  if (forge.feedback === undefined) return undefined;
  const feedback = discreetFeedback(forge.feedback, secrets);
  let reported = forge.usage?.().counted ?? 0;
  const counted = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } finally {
      const usage = forge.usage?.();
      // Looks that cost nothing are not worth an event.
      if (usage !== undefined && usage.counted !== reported) {
        reported = usage.counted;
        record.record({ type: 'forge-used', ...usage });
      }
    }
  };
  const { look } = feedback;
  return {
    ...(look === undefined ? {} : { look: (pulls) => counted(look(pulls)) }),
    readJobLog: (log) => counted(feedback.readJobLog(log)),
    readReviewRequests: (pull) => counted(feedback.readReviewRequests(pull)),
    fetchBranch: async (branch) => {
      const sha = await feedback.fetchBranch(branch);
      const [from, to] = [`refs/heads/${branch}`, `refs/flotilla/published/${branch}`];
      await fetchRef(clone, { repository: forge.repository, from, to });
      return sha;
    },
    ensureAnswer: (answer) => counted(feedback.ensureAnswer(answer)),
  };
}
