import type { Forge } from '../../forge/forge.ts';
import { isPassing } from '../../model/forge-problem.ts';
import { redChecks } from '../../orchestration/feedback/return-order.ts';
import type { Services } from '../../services/run-services.ts';
import { answerReviewers } from '../resolve/resolution-answer.ts';
import type { TrainTools } from './train-tools.ts';

/** What a train hears from pull requests, and says on them. */
export function trainFeedback({
  record,
  forge,
}: Services<'record' | 'forge'>): Pick<TrainTools, 'readRed' | 'tellReviewers'> {
  if (!forge.can.feedback) return { readRed: null, tellReviewers: null };
  return { readRed: redReader(forge), tellReviewers: answerReviewers(record, forge) };
}

/** The red checks with their logs, as far as those are available now. */
function redReader(forge: Forge): NonNullable<TrainTools['readRed']> {
  const readJobLog: Forge['readJobLog'] = async (log) => {
    try {
      return await forge.readJobLog(log);
    } catch (error) {
      if (isPassing(error)) return null;
      throw error;
    }
  };
  return (red) => redChecks({ readJobLog }, red);
}
