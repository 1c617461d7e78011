/** A difference as people read it, made of pieces of text that are cut anywhere. */
export type VisibleDiff = {
  /** Gives the lines that a piece completes. */
  readonly push: (piece: string) => string;
  /** Gives what no line feed ended. */
  readonly flush: () => string;
};

/**
 * What a terminal would obey, or what hides something from a reader: it comes from files that agents wrote. A reviewer
 * should see it, so it is shown as a symbol and not left out.
 */
const obeyed = /[[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]--[\t\n\u200c\u200d]]/gv;

const bold = 1;
const red = 31;
const green = 32;
const cyan = 36;

/** Starts showing the output of `git diff --no-color`. Linear in its length. */
export function openVisibleDiff(isColour: boolean): VisibleDiff {
  let isInHunk = false;
  let pieces: string[] = [];

  const show = (line: string): string => {
    if (line.startsWith('diff ')) isInHunk = false;
    else if (line.startsWith('@@')) isInHunk = true;
    const text = line.replace(/\r$/u, '').replace(obeyed, signOf);
    const code = isColour ? colourOf(line, isInHunk) : null;
    return code === null ? text : `\u001b[${code}m${text}\u001b[0m`;
  };

  return {
    push: (piece) => {
      const parts = piece.split('\n');
      const rest = parts.pop() ?? '';
      const lines = parts.map((part) => {
        const line = [...pieces, part].join('');
        pieces = [];
        return `${show(line)}\n`;
      });
      if (rest !== '') pieces.push(rest);
      return lines.join('');
    },
    flush: () => (pieces.length === 0 ? '' : show(pieces.join(''))),
  };
}

/** `␛` for what has a symbol, `<U+202E>` for the rest. */
function signOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCharCode(0x24_00 + code);
  return code === 0x7f ? '␡' : `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
}

/** As git colours it. */
function colourOf(line: string, isInHunk: boolean): number | null {
  if (line.startsWith('@@')) return cyan;
  if (!isInHunk) return bold;
  return line.startsWith('+') ? green : line.startsWith('-') ? red : null;
}
