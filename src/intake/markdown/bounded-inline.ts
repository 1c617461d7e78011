import { gfm } from 'micromark-extension-gfm';
import type { Construct, Syntax, Tokenize } from './syntax.ts';
import { unclosedGate } from './unclosed-html.ts';

type Previous = NonNullable<Construct['previous']>;

/** About 60 bold words or 150 lines: what follows them in the same paragraph keeps its marks as text. */
const MAX_EVENTS = 600;
/** Longer runs of one mark mean nothing, but cost the parser time. */
const MAX_RUN = 12;

/** Bare addresses stay text: as links they have no place in the source, and they cost quadratic time. */
const AUTOLINKS = new Set(['wwwAutolink', 'protocolAutolink', 'emailAutolink']);

const LESS_THAN = 60;
const BACKTICK = 96;
/** `!` `*` `[` `]` `_` `~`: links, images, emphasis and strikethrough. */
const SPAN_MARKS = [33, 42, 91, 93, 95, 126];

/**
 * Gates before the inline syntax of Markdown. They take marks as plain text where the parser would
 * need quadratic time or worse: after hundreds of them in one paragraph, in very long runs, and
 * where what they would open is never closed. A comment stays one wherever it stands: nothing that
 * readers cannot see comes to light by this.
 */
export function boundedInline(): Syntax {
  const text: NonNullable<Syntax['text']> = {};
  for (const mark of SPAN_MARKS) text[mark] = { tokenize: spanGate(mark) };
  text[BACKTICK] = { tokenize: runGate(BACKTICK), previous: startsRun };
  text[LESS_THAN] = { tokenize: unclosedGate() };
  return { text };
}

/** GitHub's flavour of Markdown without links made of bare addresses. */
export function gfmWithoutAutolinks(): Syntax {
  const syntax = gfm();
  const text: Record<string, Construct[]> = {};
  for (const [code, constructs = []] of Object.entries(syntax.text ?? {}))
    text[code] = [constructs].flat().filter(({ name }) => !AUTOLINKS.has(name ?? ''));
  return { ...syntax, text };
}

/** A run of backticks is read from its start or not at all, unless the one before it is escaped. */
const startsRun: Previous = function startsRun(code) {
  return code !== BACKTICK || this.events.at(-1)?.[1].type === 'characterEscape';
};

function spanGate(mark: number): Tokenize {
  const longRun = runGate(mark);
  return function gate(effects, accept, refuse) {
    if (this.events.length < MAX_EVENTS) return longRun.call(this, effects, accept, refuse);
    return (code) => {
      effects.enter('data');
      effects.consume(code);
      effects.exit('data');
      return accept;
    };
  };
}

function runGate(mark: number): Tokenize {
  return function gate(effects, accept, refuse) {
    let length = 0;
    return function run(code) {
      if (length === 0) effects.enter('data');
      if (code === mark) {
        length += 1;
        effects.consume(code);
        return run;
      }
      effects.exit('data');
      return length > MAX_RUN ? accept(code) : refuse(code);
    };
  };
}
