/** No words to an agent are longer: one decision, not a document. */
const mostChars = 10_000;

/** Why words cannot be said to an agent; null when they can. */
export function answerFault(text: string): 'empty' | 'long' | null {
  if (text.trim() === '') return 'empty';
  return text.trim().length > mostChars ? 'long' : null;
}
