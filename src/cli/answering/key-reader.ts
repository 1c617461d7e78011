import type { PanelKey } from '../../reporting/live/answer/answer-panel.ts';

/** A key, or what was pasted. `interrupt`, `quit` and `suspend` are what a terminal would make signals of. */
export type Key = PanelKey | SignalKey;
export type SignalKey = { readonly kind: 'interrupt' | 'quit' | 'suspend' };

/** Makes keys of what a terminal sends. */
export type KeyReader = {
  /** The keys that are whole by now. */
  readonly read: (text: string) => readonly Key[];
  /** Whether something is left that may be the beginning of a key. */
  readonly isUnfinished: () => boolean;
  /** Nothing more of it came: an Escape is an Escape. */
  readonly finish: () => readonly Key[];
};

const escape = '\u001b';
const [pasteBegin, pasteEnd] = [`${escape}[200~`, `${escape}[201~`];
/** A paste that goes on for longer is cut; an answer has less. */
const mostPasted = 20_000;

type NamedKind = Exclude<Key['kind'], 'insert'>;

const controls: Readonly<Record<string, NamedKind>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\t': 'next',
  '\u007f': 'backspace',
  '\b': 'backspace',
  '\u0001': 'home',
  '\u0002': 'left',
  '\u0003': 'interrupt',
  '\u0004': 'delete',
  '\u0005': 'end',
  '\u0006': 'right',
  '\u000b': 'erase-after',
  '\u000e': 'next',
  '\u0010': 'previous',
  '\u0015': 'erase-before',
  '\u0017': 'erase-word',
  '\u001a': 'suspend',
  '\u001c': 'quit',
};

/** What follows an Escape. */
const sequences: Readonly<Record<string, NamedKind>> = {
  ...{ '[A': 'previous', OA: 'previous', '[B': 'next', OB: 'next', '[Z': 'previous' },
  ...{ '[C': 'right', OC: 'right', '[D': 'left', OD: 'left' },
  ...{ '[H': 'home', OH: 'home', '[1~': 'home', '[7~': 'home' },
  ...{ '[F': 'end', OF: 'end', '[4~': 'end', '[8~': 'end' },
  ...{ '[3~': 'delete', '[5~': 'page-up', '[6~': 'page-down' },
  ...{ '[1;5C': 'word-right', '[1;3C': 'word-right', f: 'word-right' },
  ...{ '[1;5D': 'word-left', '[1;3D': 'word-left', b: 'word-left' },
  ...{ '\u007f': 'erase-word', '\b': 'erase-word' },
};

/** A sequence as terminals send them: after `[` or `O`, or a key with Alt. */
const whole =
  /^(?:\[[\u0030-\u003f]*[\u0020-\u002f]*[\u0040-\u007e]|O.|[\r\n\b\u007f]|[^[O\p{Cc}])/su;
const unfinished = /^(?:|\[[\u0030-\u003f]*[\u0020-\u002f]*|O)$/u;
const typed = /^\P{Cc}+/u;

export function createKeyReader(): KeyReader {
  let rest = '';
  /** What was pasted so far; null outside a paste. */
  let pasted: string | null = null;

  const next = (): Found | null => {
    if (pasted === null && rest.startsWith(pasteBegin)) {
      rest = rest.slice(pasteBegin.length);
      pasted = '';
    }
    if (pasted === null) return nextKey(rest);
    const end = rest.indexOf(pasteEnd);
    // Its end may have come in part.
    const upTo = end === -1 ? Math.max(0, rest.length - pasteEnd.length + 1) : end;
    const text = `${pasted}${rest.slice(0, upTo)}`.slice(0, mostPasted);
    pasted = end === -1 ? text : null;
    if (end !== -1) return { key: { kind: 'insert', text }, length: end + pasteEnd.length };
    rest = rest.slice(upTo);
    return null;
  };
  const all = (): readonly Key[] => {
    const keys: Key[] = [];
    for (let found = next(); found !== null; found = next()) {
      rest = rest.slice(found.length);
      if (found.key !== null) keys.push(found.key);
    }
    return keys;
  };
  return {
    read: (text) => {
      rest += text;
      return all();
    },
    isUnfinished: () => pasted === null && rest !== '',
    finish: () => {
      if (pasted !== null || rest === '') return [];
      rest = rest.slice(1);
      return [{ kind: 'escape' }, ...all()];
    },
  };
}

/** A key at the beginning of a text, and how much of the text it is; no key: what nothing follows from. */
type Found = { readonly key: Key | null; readonly length: number };

/** Null when more of it must come. */
function nextKey(text: string): Found | null {
  const plain = typed.exec(text)?.[0];
  if (plain !== undefined) return { key: { kind: 'insert', text: plain }, length: plain.length };
  const [first] = text;
  if (first === undefined) return null;
  if (first === escape) return afterEscape(text.slice(1));
  // A line break with more behind it was not typed: some terminals do not say what is pasted.
  if (controls[first] === 'enter' && text.length > 1) return { key: lineBreak, length: 1 };
  return { key: keyOf(controls[first]), length: 1 };
}

function afterEscape(text: string): Found | null {
  if (unfinished.test(text)) return null;
  const found = whole.exec(text)?.[0];
  if (found === undefined) return { key: { kind: 'escape' }, length: 1 };
  // Enter with Alt.
  const key = controls[found] === 'enter' ? lineBreak : keyOf(sequences[found]);
  return { key, length: 1 + found.length };
}

const lineBreak: Key = { kind: 'insert', text: '\n' };

function keyOf(kind: NamedKind | undefined): Key | null {
  return kind === undefined ? null : { kind };
}
