import type { StatedParams } from '../../model/issue/issue.ts';
import type { Clause } from './clauses.ts';
import {
  extremeOf,
  findCues,
  isDeniedBefore,
  isMerelyAllowed,
  isWaiting,
  predicateOf,
  type OrderCue,
} from './order-cues.ts';
import { readPhrase } from './read-phrase.ts';
import { readSequence, type ReadParams } from './read-sequence.ts';
import { readSubject } from './read-subject.ts';
import { readReferences, type Reference, type ReferencePlace } from './task-references.ts';

/** What is the same for all clauses of an issue. */
export type ReadPlace = Pick<
  ReferencePlace,
  'ordinals' | 'names' | 'antecedent' | 'hasIssues' | 'itemOf'
>;

/** Reads all orders that a clause gives. */
export function readClause(clause: Clause, shared: ReadPlace): ReadParams[] {
  const { task, above } = clause;
  const place: ReferencePlace = { ...shared, task, above };
  const cues = findCues(clause.masked);
  return [
    ...cues.flatMap((cue) => readCue(clause, cue, place)),
    ...readExtreme(clause, place),
    ...(task === null ? readSequence(clause, place) : []),
  ];
}

function readCue(clause: Clause, cue: OrderCue, place: ReferencePlace): ReadParams[] {
  const { masked, text } = clause;
  const isDenied = isDeniedBefore(masked, cue.index);
  // `not before task 2`, `not until task 2 is merged`, `not once`: only the first two say an order.
  const isTurned = isDenied && (cue.kind === 'before' || /until|till|unless/iu.test(cue.words));
  if (isDenied && !isTurned) return [];
  if (cue.kind === 'before' && !isTurned && isMerelyAllowed(masked, cue.index)) return [];
  const object = readObject(clause, cue, { ...place, isTurned });
  if (object === null) return [];
  const isBackwards = (cue.kind === 'before' && !isTurned) || cue.kind === 'blocks';
  const subject = readSubject({ text, masked, cue, object }, place);
  if (subject === null) return [];
  const first = isBackwards
    ? subject.filter((each) => !object.ordinals.includes(each))
    : object.ordinals;
  const later = isBackwards ? object.ordinals : subject;
  const others = object.form === 'others' || object.form === 'above';
  return [
    {
      tasks: isBackwards && others ? later.filter((each) => !subject.includes(each)) : later,
      on: others && !isBackwards ? first.filter((each) => !subject.includes(each)) : first,
      issues: isBackwards ? [] : object.issues,
      how: object.how,
    },
  ];
}

/** What a cue refers to. */
export type CueObject = Reference & { readonly how: StatedParams['how']; readonly end: number };

function readObject(
  { text, masked, task }: Clause,
  cue: OrderCue,
  place: ReferencePlace & { readonly isTurned: boolean },
): CueObject | null {
  const lead = /^[\s:*_]*/u.exec(text.slice(cue.end))![0];
  const plainLead = /^\s*(?::[\s*_]*|[*_]+:[\s*_]*)?/u.exec(text.slice(cue.end))![0];
  const hasColon = lead.includes(':');
  const start = cue.end + (hasColon ? lead : plainLead).length;
  const rest = text.slice(start);
  const isBracketed = cue.words.startsWith('(');
  const mayBeBare = hasColon || isBracketed || /^(?:depend|blocked|wait|build)/iu.test(cue.words);
  const found =
    cue.kind === 'named' ? null : readReferences(rest, place, mayBeBare || isTimed(cue, rest));
  if (found !== null) {
    const after = rest.slice(found.length);
    return isMeant(cue, found, after, { masked, isTurned: place.isTurned })
      ? { ...found, how: 'said', end: start + found.length }
      : null;
  }
  if (cue.kind === 'about') return null;
  const made = readMade(rest, place);
  if (made !== null) return { ...made, how: 'said', end: start + made.length };
  const phrase = readPhrase(
    { cue, rest, masked, isTurned: place.isTurned },
    { task, names: place.names },
  );
  return phrase === null ? null : { ...phrase, end: start + phrase.length };
}

const beforeMaker =
  /^(?:what(?:ever)?|(?:the |all |any |everything )?(?:[\p{L}-]+ ){0,4}?(?:that|which))\s+/iu;
const makes =
  /^\s+(?:adds?|creates?|writes?|makes?|introduces?|builds?|implements?|provides?|produces?|defines?|exports?|brings?|(?:has|have) (?:added|created|written|made|introduced|built|implemented))(?![\p{L}\p{N}])/iu;

/** `the functionality that task 1 adds`, `what task 2 creates`: a task by its number, and that it makes the thing. */
function readMade(rest: string, place: ReferencePlace): Reference | null {
  const [lead = ''] = beforeMaker.exec(rest) ?? [];
  if (lead === '') return null;
  const found = readReferences(rest.slice(lead.length), place, false);
  if (found === null || !makes.test(rest.slice(lead.length + found.length))) return null;
  return { ...found, length: lead.length + found.length };
}

/** `once 1-3 are merged`: numbers alone are tasks when their end is spoken of. */
function isTimed(cue: OrderCue, rest: string): boolean {
  if (cue.kind !== 'once' && cue.kind !== 'before') return false;
  const numbers = /^(?:#?\d{1,5}(?: ?(?:-|–|to|,|and|&|\+|or) ?)*)+/iu.exec(rest)?.[0];
  return (
    numbers !== undefined && numbers !== '' && predicateOf(rest.slice(numbers.length)) === 'done'
  );
}

/** Whether a reference after a cue is one that orders. */
function isMeant(
  { kind, index, words }: OrderCue,
  { form }: Reference,
  after: string,
  { masked, isTurned }: { readonly masked: string; readonly isTurned: boolean },
): boolean {
  if (kind === 'about') return form === 'above' && !isComparison(masked, index);
  if (kind === 'uses') return form !== 'others' && form !== 'this' && !isApart(masked, index);
  if (kind !== 'once') return true;
  if (predicateOf(after) === 'past') return false;
  if (/until|till|unless/iu.test(words)) return isTurned || isWaiting(masked, index);
  if (/^\(?(?:when|whenever)/iu.test(words) || (/once/iu.test(words) && form === 'others'))
    return predicateOf(after) === 'done';
  return true;
}

const comparison =
  /\b(?:none|any|some|one|either|same|similar|like|unlike|as|identical|analogous|compared|opposite)\b[^,;]{0,12}$/iu;

/** `none of the above`, `similar to the above`. */
function isComparison(masked: string, index: number): boolean {
  return comparison.test(masked.slice(Math.max(0, index - 24), index));
}

/** `apart from task 2`, `different from task 2`. */
function isApart(masked: string, index: number): boolean {
  return /\b(?:apart|aside|different(?:ly)?|separate(?:d|ly)?|distinct|far|away|free|see|like|as|unlike|same)\s+$/iu.test(
    masked.slice(Math.max(0, index - 14), index),
  );
}

function readExtreme(clause: Clause, place: ReferencePlace): ReadParams[] {
  const extreme = extremeOf(clause.masked, clause.isTitle);
  if (extreme === null) return [];
  const subject = readSubject(
    { text: clause.text, masked: clause.masked, cue: null, object: null },
    place,
  );
  if (subject === null || subject.length === 0) return [];
  const others = place.ordinals.filter((each) => !subject.includes(each));
  return [
    extreme === 'first'
      ? { tasks: others, on: subject, issues: [], how: 'said' }
      : { tasks: subject, on: others, issues: [], how: 'said' },
  ];
}
