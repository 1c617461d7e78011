import type { StatedParams } from '../../model/issue/issue.ts';
import type { Clause } from './clauses.ts';
import { readReferences, type ReferencePlace } from './task-references.ts';

/** That some tasks come after others, as one clause says it. */
export type ReadParams = {
  readonly tasks: readonly number[];
  readonly on: readonly number[];
  readonly issues: readonly number[];
  readonly how: StatedParams['how'];
};

const arrows = /\s*(?:→|⇒|->|=>|>|,?\s+(?:and\s+)?then\s|,?\s+followed by\s)\s*/iu;
const opening =
  /^(?:[^:]{0,60}:\s*)?(?:(?:please|first(?:ly)?,?|start with|begin with|do|we do|work on|order|sequence)\s+){0,3}/iu;
const eachOnTheLast =
  /\b(?:each|every)\b.{0,40}\bbuil(?:ds?|t) (?:up)?on\b.{0,20}\b(?:previous|one before|last|prior|one above)|\b(?:must|should|have to|need to|please)\b.{0,30}\b(?:sequential(?:ly)?|in (?:this|that|the given|the listed) order|one (?:after|by) (?:another|the other|one))/iu;
const beginWith = /^(?:please )?(?:start|begin) with\s+/iu;
const goesFirst = /^(?:please )?(?:do )?/iu;

/** Orders of several tasks in prose: `first 3, then 1 and 2`, `1 → 2`, `each builds on the previous one`. */
export function readSequence(clause: Clause, place: ReferencePlace): ReadParams[] {
  const { masked, text } = clause;
  if (
    eachOnTheLast.test(masked) &&
    !/\b(?:no|not|never|nothing|neither|without)\b|n['’]t\b/iu.test(masked)
  )
    return chain(
      place.ordinals.map((ordinal) => [ordinal]),
      'implied',
    );
  const start = beginWith.exec(text);
  const parts = text
    .replace(opening, '')
    .replace(/[.!;]$/u, '')
    .split(arrows);
  if (parts.length > 1 && parts.length < 100) {
    const groups = parts.map((part) => {
      const found = readReferences(part.trim(), place, true);
      return found !== null &&
        /^\W*(?:can |last|is |are |go)?/iu.test(part.trim().slice(found.length)) &&
        part.trim().length - found.length < 24
        ? found.ordinals
        : null;
    });
    if (groups.every((group) => group !== null && group.length > 0))
      return chain(groups as number[][], 'said');
  }
  const first = readReferences(text.slice((start ?? goesFirst.exec(text))![0].length), place);
  if (first === null || first.ordinals.length === 0 || first.form === 'others') return [];
  const isFirst =
    start !== null ||
    /^\s+first\b\s*(?:$|[,.;!])/iu.test(text.slice(goesFirst.exec(text)![0].length + first.length));
  if (!isFirst) return [];
  const others = place.ordinals.filter((each) => !first.ordinals.includes(each));
  return [{ tasks: others, on: first.ordinals, issues: [], how: 'said' }];
}

function chain(groups: readonly (readonly number[])[], how: ReadParams['how']): ReadParams[] {
  return groups.slice(1).map((group, index) => ({
    tasks: group,
    on: groups[index] ?? [],
    issues: [],
    how,
  }));
}
