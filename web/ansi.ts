import { withoutSequences } from '../src/model/text/without-sequences.ts';

/** A piece of a log that looks the same from end to end. */
export type LogSpan = {
  readonly words: string;
  /** Names of styles. */
  readonly looks: string;
};

const colours = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'] as const;
const styling = new RegExp(String.raw`\u001b\[(?<codes>[\d;]*)m`, 'gu');
/** What a terminal would obey, or what hides something from a reader. */
const obeyed = /[[\p{Cc}\p{Bidi_Control}]--[\t\n]]/gv;

/** Reads the colours of a log; nothing else in it does anything. */
export function ansiSpans(text: string): LogSpan[] {
  const spans: LogSpan[] = [];
  let styles: ReadonlySet<string> = new Set();
  let from = 0;
  const push = (to: number): void => {
    const words = withoutSequences(text.slice(from, to)).replace(obeyed, '');
    if (words !== '') spans.push({ words, looks: [...styles].join(' ') });
  };
  for (const match of text.matchAll(styling)) {
    push(match.index);
    from = match.index + match[0].length;
    styles = styled(styles, match.groups?.['codes'] ?? '');
  }
  push(text.length);
  return spans;
}

function styled(before: ReadonlySet<string>, codes: string): ReadonlySet<string> {
  const styles = new Set(before);
  const drop = (prefix: string): void => {
    for (const style of styles) if (style.startsWith(prefix)) styles.delete(style);
  };
  const given = codes.split(';').map(Number);
  for (let index = 0; index < given.length; index += 1) {
    const code = given[index] ?? 0;
    if (code === 0) styles.clear();
    else if (code === 1) styles.add('ansi-bold');
    else if (code === 2) styles.add('ansi-dim');
    else if (code === 22) {
      styles.delete('ansi-bold');
      styles.delete('ansi-dim');
    } else if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97)) {
      drop('ansi-fg-');
      styles.add(`ansi-fg-${colours[code % 10] ?? 'white'}`);
    } else if (code === 39) drop('ansi-fg-');
    // A colour of a palette: its numbers are not codes.
    else if (code === 38 || code === 48) index += given[index + 1] === 5 ? 2 : 4;
  }
  return styles;
}
