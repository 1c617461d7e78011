import type { PullFeedback } from '../../forge/forge.ts';
import { isPassing } from '../../model/forge-problem.ts';
import { redChecks } from '../../orchestration/feedback/return-order.ts';
import type { RunTools } from '../../services/run-tools.ts';
import { answerReviewers } from '../resolve/resolution-answer.ts';
import type { TrainTools } from './train-tools.ts';

/** What a train hears from pull requests, and says on them. */
export function trainFeedback({
  record,
  feedback,
}: RunTools): Pick<TrainTools, 'readRed' | 'tellReviewers'> {
  if (feedback === undefined) return { readRed: null, tellReviewers: null };
  return { readRed: redReader(feedback), tellReviewers: answerReviewers(record, feedback) };
}

/** The red checks with their logs, as far as those are available now. */
function redReader(feedback: PullFeedback): NonNullable<TrainTools['readRed']> {
  const readJobLog: PullFeedback['readJobLog'] = async (log) => {
    try {
      return await feedback.readJobLog(log);
    } catch (error) {
      if (isPassing(error)) return null;
      throw error;
    }
  };
  return (red) => redChecks({ ...feedback, readJobLog }, red);
}
