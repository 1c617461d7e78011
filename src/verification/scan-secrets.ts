import { findShapes } from './secret-shapes.ts';

/** A key in a file. */
export type FoundSecret = {
  /** What it is: `an AWS access key`. */
  readonly kind: string;
  /** The first line is 1. */
  readonly line: number;
  /** What distinguishes it from others of its kind. It is never shown. Null if there are too many to distinguish. */
  readonly value: string | null;
};

/** Looks for keys in bytes as they come, cut anywhere. It holds a window of them and never the whole. */
export type SecretScan = {
  readonly take: (chunk: Buffer) => void;
  /** Gives what was found, each value once. To be called once, at the end. */
  readonly end: () => FoundSecret[];
};

/** Bytes that are looked at together. */
const windowBytes = 256 * 1024;
/** Bytes of a window that come again in the next one: no shape needs more of them, in any encoding. */
const overlapBytes = 32 * 1024;
/** Further ones are not distinguished: that there are so many is one more finding. */
const mostValues = 1_000;

/**
 * Starts a scan for what has the shape of a key, and for values that agents were handed, in all their forms. Linear in
 * the number of bytes, and bounded in memory.
 */
export function openSecretScan(handed: readonly string[] = []): SecretScan {
  const forms = handed.map((form) => Buffer.from(form).toString('latin1'));
  const found = new Map<string | null, FoundSecret>();
  let pieces: Buffer[] = [];
  let held = 0;
  let line = 1;
  let isFirst = true;

  const scanHeld = (kept: number): void => {
    const bytes = Buffer.concat(pieces);
    const text = bytes.toString('latin1');
    const lineAt = openLineCount(text, line);
    for (const { kind, value, index } of findInBytes(text, forms)) {
      // The window before saw it whole, with what stands before it.
      if (index === 0 && !isFirst) continue;
      if (found.has(value)) continue;
      const told = found.size < mostValues ? value : null;
      if (!found.has(told)) found.set(told, { kind, value: told, line: lineAt(index) });
    }
    const cut = Math.max(0, bytes.length - kept);
    // By a count of its own: what was found may stand behind it.
    line = openLineCount(text, line)(cut);
    // A copy: a slice would keep the whole window.
    pieces = [Buffer.from(bytes.subarray(cut))];
    held = bytes.length - cut;
    isFirst = false;
  };

  return {
    take: (chunk) => {
      for (let start = 0; start < chunk.length; start += windowBytes) {
        const piece = chunk.subarray(start, start + windowBytes);
        pieces.push(piece);
        held += piece.length;
        if (held >= windowBytes) scanHeld(overlapBytes);
      }
    },
    end: () => {
      scanHeld(0);
      return [...found.values()].toSorted((one, other) => one.line - other.line);
    },
  };
}

/** Finds keys in bytes that are there as a whole. */
export function findSecretsIn(bytes: Buffer, handed: readonly string[] = []): FoundSecret[] {
  const scan = openSecretScan(handed);
  scan.take(bytes);
  return scan.end();
}

type Found = ReturnType<typeof findShapes>;

/*
 * All keys are ASCII. As UTF-16 or UTF-32, in either byte order, each of their characters has NUL bytes on one side.
 * Sixteen of them together are fewer than any key has. A byte order mark is not needed, and neither is an even place.
 */
const wide: readonly (readonly [width: number, runs: RegExp])[] = [
  [2, /(?:[\t\n\r -~]\0){16,}/gu],
  [2, /(?:\0[\t\n\r -~]){16,}/gu],
  [4, /(?:[\t\n\r -~]\0\0\0){16,}/gu],
  [4, /(?:\0\0\0[\t\n\r -~]){16,}/gu],
];

/** Finds keys in bytes, one character each: as ASCII, which most encodings agree with, and as wide characters. */
function findInBytes(text: string, forms: readonly string[]): Found {
  const found = findIn(text, forms);
  if (!text.includes('\0')) return found;
  const inRuns = wide.flatMap(([width, runs]) =>
    [...text.matchAll(runs)].flatMap((run) =>
      findIn(run[0].replaceAll('\0', ''), forms).map((one) => ({
        ...one,
        index: run.index + one.index * width,
      })),
    ),
  );
  return [...found, ...inRuns].toSorted((one, other) => one.index - other.index);
}

function findIn(text: string, forms: readonly string[]): Found {
  const found = findShapes(text);
  const handed = forms.flatMap((value) => {
    const index = text.indexOf(value);
    return index === -1 ? [] : [{ kind: 'a secret that was handed over', value, index }];
  });
  return handed.length === 0
    ? found
    : [...found, ...handed].toSorted((one, other) => one.index - other.index);
}

/** Gives the line of an index; the indices must not decrease. */
function openLineCount(text: string, first: number): (index: number) => number {
  let line = first;
  let next = text.indexOf('\n');
  return (index) => {
    for (; next !== -1 && next < index; next = text.indexOf('\n', next + 1)) line += 1;
    return line;
  };
}
