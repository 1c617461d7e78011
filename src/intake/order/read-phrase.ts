import type { StatedParams } from '../../model/issue/issue.ts';
import { isAboutWork, isWaiting, predicateOf, type OrderCue } from './order-cues.ts';
import { isCommon, type TaskNames } from './task-names.ts';
import type { Reference } from './task-references.ts';

/** Something that is named after a cue by what it is: `the user model`. */
type Phrase = Reference & { readonly how: StatedParams['how'] };

const done =
  /\s(?:is|are|has been|have been|lands?|exists?|works?|finish(?:es)?)(?![\p{L}\p{N}])/iu;
const phraseEnd =
  /[()[\]:;.!?]|\s(?:to|so|that|which|when|where|before|but|because|since|as|if)\s/u;
const termJoint = /\s*(?:\+|,|&|\/|\band\b|\bor\b)\s*/iu;

/** Finds the tasks that make what is named after a cue; null when none does. */
export function readPhrase(
  said: {
    readonly cue: OrderCue;
    readonly rest: string;
    readonly masked: string;
    readonly isTurned: boolean;
  },
  known: { readonly task: number | null; readonly names: TaskNames },
): Phrase | null {
  const { cue, masked, isTurned } = said;
  const rest = said.rest.slice(0, 140);
  if (cue.kind === 'once') return readMoment(rest, said, known);
  if (cue.kind === 'before' || cue.kind === 'blocks')
    return isAboutWork(masked.slice(0, cue.index)) || cue.kind === 'blocks' || isTurned
      ? readWhole(rest, known)
      : null;
  const [phrase = ''] = rest.split(phraseEnd);
  const ordinals = phrase
    .split(termJoint)
    .slice(0, 6)
    .map((term) => term.split(/\s+/u).slice(0, 6).join(' ').trim())
    .filter((term) => term !== '')
    .flatMap((term) =>
      cue.kind === 'uses' || cue.kind === 'named' ? wholeOf(term, known) : neededOf(term, known),
    );
  return found(ordinals, 'implied', phrase.length);
}

type Known = { readonly task: number | null; readonly names: TaskNames };

function wholeOf(term: string, { task, names }: Known): number[] {
  const whole = task === null ? null : names.byProduct(term, task, 2);
  return whole === null ? [] : [whole];
}

/** A whole name, or a part of one that nothing else has: `needs hashing`. A single common word (`types`) is not one. */
function neededOf(term: string, { task, names }: Known): number[] {
  if (task === null) {
    const part = isDefinite(term) ? names.byPart(term, null) : null;
    return part === null ? [] : [part];
  }
  const whole = names.byProduct(term, task, 2);
  if (whole !== null) return [whole];
  const head = isCommon(term) ? null : names.byHead(term, task);
  return head === null ? [] : [head];
}

/** `once the model is there`: a thing, and that it is there. */
function readMoment(
  rest: string,
  {
    cue,
    masked,
    isTurned,
  }: { readonly cue: OrderCue; readonly masked: string; readonly isTurned: boolean },
  { task, names }: Known,
): Phrase | null {
  if (/until|till|unless/iu.test(cue.words) && !isTurned && !isWaiting(masked, cue.index))
    return null;
  const end = done.exec(rest)?.index ?? -1;
  const isEnded = end >= 0 && predicateOf(rest.slice(end)) === 'done';
  const thing = isEnded
    ? rest.slice(0, end)
    : ((rest.split(phraseEnd)[0] ?? '').split(',')[0] ?? '');
  if (thing.length > 80) return null;
  if (!isEnded) {
    // `after login` is often a moment of the product's life; the whole name of what a task makes is not.
    const whole =
      /^\(?(?:after|following)/iu.test(cue.words) && isDefinite(thing)
        ? names.byProduct(thing, task, 2)
        : null;
    return whole === null || task === null ? null : found([whole], 'implied', thing.length);
  }
  const meant =
    names.byProduct(thing, task, 2) ??
    (isDefinite(thing)
      ? (names.byHead(thing, task) ?? (task === null ? names.byPart(thing, null) : null))
      : null);
  return meant === null ? null : found([meant], 'said', end);
}

function readWhole(rest: string, { task, names }: Known): Phrase | null {
  const [phrase = ''] = rest.split(
    /[()[\]:;.!?,]|\s(?:to|so|that|which|when|where|but|because|since|as|is|are|can)\s/u,
  );
  const whole = names.byProduct(phrase, task, 2);
  if (whole !== null) return found([whole], 'said', phrase.length);
  const part = task === null && isDefinite(phrase) ? names.byPart(phrase, null) : null;
  return part === null ? null : found([part], 'said', phrase.length);
}

function isDefinite(phrase: string): boolean {
  return /^(?:the|this|that|our)\s/iu.test(phrase.trim());
}

function found(
  ordinals: readonly number[],
  how: StatedParams['how'],
  length: number,
): Phrase | null {
  if (ordinals.length === 0) return null;
  return { ordinals: [...new Set(ordinals)], issues: [], form: 'name', length, how };
}
