import type { PullFeedback } from '../../forge/forge.ts';
import { redact } from '../../reporting/redact.ts';

/** What comes back from pull requests, and what is answered there, without secrets. */
export function discreetFeedback(feedback: PullFeedback, secrets: readonly string[]): PullFeedback {
  return {
    ...feedback,
    readJobLog: async (log) => {
      const text = await feedback.readJobLog(log);
      return text === null ? null : redact(text, secrets);
    },
    readReviewRequests: async (pull) =>
      (await feedback.readReviewRequests(pull)).map((request) => ({
        ...request,
        body: redact(request.body, secrets),
      })),
    ensureAnswer: (answer) =>
      feedback.ensureAnswer({ ...answer, body: redact(answer.body, secrets) }),
  };
}
