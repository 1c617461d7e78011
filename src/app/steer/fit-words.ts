import { UserError } from '../../model/user-error.ts';
import { answerFault } from '../../questions/fit-answer.ts';

/** What a person says to an agent, without the white space around it. Throws a `UserError` when it is nothing, or too much. */
export function fitWords(given: string): string {
  const why = answerFault(given);
  if (why !== null) throw new UserError({ code: 'answer-unfit', why });
  return given.trim();
}
