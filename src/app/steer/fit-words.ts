import { UserError } from '../../model/user-error.ts';

/** No words to an agent are longer: one decision, not a document. */
const mostChars = 10_000;

/** What a person says to an agent, without the white space around it. Throws a `UserError` when it is nothing, or too much. */
export function fitWords(given: string): string {
  const text = given.trim();
  if (text === '') throw new UserError({ code: 'answer-unfit', why: 'empty' });
  if (text.length > mostChars) throw new UserError({ code: 'answer-unfit', why: 'long' });
  return text;
}
