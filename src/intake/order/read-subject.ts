import { type OrderCue, isAboutWork } from './order-cues.ts';
import { readReferences, type ReferencePlace } from './task-references.ts';

type Said = {
  readonly text: string;
  readonly masked: string;
  /** The cue, with what it speaks of; null where the clause says that a task comes first or last. */
  readonly cue: OrderCue | null;
  readonly object: { readonly end: number; readonly form: string; readonly how: string } | null;
};

const lead =
  /^(?:(?:and|but|so|because|since|as|note that|also|then|please|only|do|start|finish|merge|land|run|implement|begin)\s+){0,3}/iu;
/** What stands between a subject and its cue. */
const verbs =
  /\s(?:must|should|shall|has|have|needs?|can|cannot|may|will|is|are|be|only|comes?|goes|go|depends?|waits?|requires?|builds?|relies|blocks?|first|last|to|at|before|after|does|do)(?![\p{L}\p{N}]).*$/isu;
const wordStart = /(?<![\p{L}\p{N}_#`/.-])(?=[\p{L}\p{N}#"“`*])/gu;
const mostStarts = 80;

/**
 * The tasks that a clause is about. In a task's own text that is the task, unless the clause begins with another one; in
 * prose they must be named. Null: none is.
 */
export function readSubject(said: Said, place: ReferencePlace): readonly number[] | null {
  const { text, cue, object } = said;
  const before = cue === null ? text : text.slice(0, cue.index);
  const start = lead.exec(before)?.[0].length ?? 0;
  if (place.task !== null) {
    const explicit = readReferences(before.slice(start), place);
    const isOther = explicit !== null && explicit.form !== 'this' && explicit.ordinals.length > 0;
    const gap = explicit === null ? '' : before.slice(start + explicit.length);
    if (isOther && /^\s+(?:[\p{L}'’]+\s+){0,5}$/u.test(`${gap} `) && cue !== null)
      return object?.form === 'others' || explicit.form === 'number' || object?.form === 'this'
        ? explicit.ordinals
        : [place.task];
    return [place.task];
  }
  return (
    lastReference(before, place) ??
    namedBefore(before.slice(start), said, place) ??
    (cue === null || object === null ? null : firstReference(text.slice(object.end), place))
  );
}

/** The tasks that a text names last. */
export function lastReference(before: string, place: ReferencePlace): readonly number[] | null {
  let last: readonly number[] | null = null;
  let end = 0;
  for (const { index } of [...before.matchAll(wordStart)].slice(0, mostStarts)) {
    if (index < end) continue;
    const found = readReferences(before.slice(index), place, index === 0);
    if (found === null || found.ordinals.length === 0) continue;
    last = found.ordinals;
    end = index + found.length;
  }
  return last;
}

/** `Once 1 is merged, 2 and 3 can start`. */
function firstReference(after: string, place: ReferencePlace): readonly number[] | null {
  for (const { index } of [...after.matchAll(wordStart)].slice(0, mostStarts)) {
    const isBare = /(?:,|\bthen|\bdo|\bstart|\bbegin)\s*$/iu.test(after.slice(0, index));
    const found = readReferences(after.slice(index), place, isBare);
    if (found !== null && found.ordinals.length > 0) return found.ordinals;
  }
  return null;
}

/** `The migration guide comes last`: by words that only one title has, where the clause is about work. */
function namedBefore(
  before: string,
  { masked, cue, object }: Said,
  { names }: ReferencePlace,
): readonly number[] | null {
  const isSure =
    cue === null ||
    cue.kind === 'before' ||
    cue.kind === 'blocks' ||
    /depend|blocked|wait|after|once|build/iu.test(cue.words);
  if (!isSure || (!isAboutWork(`${masked} ${cue?.words ?? ''}`) && object?.how !== 'said'))
    return null;
  const phrase = ` ${before}`.replace(verbs, '').trim();
  const isNamed = /^(?:the|our)\s/iu.test(phrase) || phrase.split(/\s+/u).length > 1;
  const found = phrase.length > 80 || !isNamed ? null : names.byPart(phrase, null);
  return found === null ? null : [found];
}
