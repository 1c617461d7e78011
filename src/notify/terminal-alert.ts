import type { Notice } from '../model/notification/notice.ts';
import { plainText } from '../model/text/plain-text.ts';

/** What rings the bell of a terminal. */
export const bell = '\u0007';

const longest = 200;

/**
 * What lets a terminal show a notification: OSC 777, with a title, where the terminal is known to read that; else OSC 9.
 * Nothing of the notice can end the sequence or begin another.
 */
export function desktopSequence({ title, text }: Notice, env: NodeJS.ProcessEnv): string {
  const [head, body] = [title, text].map((words) => plainText(words, longest)) as [string, string];
  if (readsTitles(env))
    // A semicolon would begin the next field.
    return `\u001b]777;notify;${head.replaceAll(';', ',')};${body.replaceAll(';', ',')}${bell}`;
  // A figure at its beginning would make it another sequence, of ConEmu's.
  return `\u001b]9;Flotilla: ${head}. ${body}${bell}`;
}

function readsTitles({ TERM: term = '', TERM_PROGRAM: program = '' }: NodeJS.ProcessEnv): boolean {
  return (
    /^(?:rxvt|foot|xterm-ghostty|xterm-kitty)/u.test(term) || /ghostty|wezterm/iu.test(program)
  );
}
