import type { Tokenize } from './syntax.ts';

type Code = Parameters<ReturnType<Tokenize>>[0];

/** What hides text inside a paragraph: its opening after `<`, what closes it, and what of its opening counts for that. */
const HIDERS = [
  { opening: /^!--$/, closing: '-->', counted: '--' },
  { opening: /^\?$/, closing: '?>', counted: '' },
  { opening: /^!\[CDATA\[$/, closing: ']]>', counted: '' },
  { opening: /^![a-z]$/i, closing: '>', counted: '' },
];
const MAY_OPEN = /^(?:!(?:-{0,2}|\[(?:C(?:D(?:A(?:T(?:A\[?)?)?)?)?)?|[a-z])?|\?)$/i;

/**
 * Takes `<` as text before a comment (or its like) that is never closed in its paragraph. The
 * parser would look for the end of each again; one look is enough to know it of all that follow.
 */
export function unclosedGate(): Tokenize {
  const neverClosed = new WeakMap<object, Set<string>>();
  return function gate(effects, accept, refuse) {
    const known = neverClosed.get(this) ?? new Set<string>();
    neverClosed.set(this, known);
    let opening = '';
    return (code) => {
      effects.enter('data');
      effects.consume(code);
      return open;
    };

    function open(code: Code): ReturnType<typeof accept> {
      opening += charOf(code);
      if (!MAY_OPEN.test(opening)) return leave(refuse, code);
      const hider = HIDERS.find((one) => one.opening.test(opening));
      if (hider !== undefined && known.has(hider.closing)) return leave(accept, code);
      effects.consume(code);
      return hider === undefined ? open : closingLook(hider);
    }

    function closingLook(hider: (typeof HIDERS)[number]) {
      let tail = hider.counted;
      return function look(code: Code): ReturnType<typeof accept> {
        if (code === null) {
          known.add(hider.closing);
          return leave(refuse, code);
        }
        tail = tail.slice(-2) + charOf(code);
        if (tail.endsWith(hider.closing)) return leave(refuse, code);
        effects.consume(code);
        return look;
      };
    }

    function leave(state: typeof accept, code: Code) {
      effects.exit('data');
      return state(code);
    }
  };
}

/** Line ends, tabs and the end of the text have codes below zero or none: they are part of no opening or closing. */
function charOf(code: Code): string {
  return code === null || code < 0 ? '\n' : String.fromCharCode(code);
}
