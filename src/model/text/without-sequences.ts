/*
 * Of each alternative, the repeated classes exclude one another and the characters that begin another one: a failed
 * attempt costs no more than the characters that it looked at, and these hold no further beginning. So the whole is
 * linear, which `stripVTControlCharacters` of Node is not.
 */
const sequences = new RegExp(
  [
    // Control sequences, whole or torn: colours, cursor movements.
    String.raw`(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?`,
    // Control strings (titles, links, the clipboard) with what ends them. What nothing ends is text.
    String.raw`(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])(?:[^\u0000-\u001f\u007f-\u009f]*(?:\u0007|\u001b\\|\u009c))?`,
    // Any other escape sequence, such as a change of the character set.
    String.raw`\u001b[ -/]*[0-~]?`,
  ].join('|'),
  'gu',
);

/** A text without terminal sequences. Linear in its length. Single control characters may remain. */
export function withoutSequences(text: string): string {
  return text.replace(sequences, '');
}
