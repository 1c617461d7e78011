/** What a task does with a path that it names: it only `uses` one that it merely reads. */
export type PathRole = 'creates' | 'uses' | 'touches';

const creating =
  /\b(?:creat(?:e|es|ing)|add(?:s|ing)?|introduc(?:e|es|ing)|writ(?:e|es|ing)|generat(?:e|es|ing)|scaffold|extract(?:s|ing)?|new|implement(?:s|ing)?|build(?:s|ing)?|put|mov(?:e|es|ing)|defin(?:e|es|ing))\b/giu;
const using =
  /\b(?:us(?:e|es|ing)|import(?:s|ing|ed)?|call(?:s|ing)?|consum(?:e|es|ing)|needs?|requir(?:e|es|ing)|depends? on|rel(?:y|ies) on|based on|built on|builds on|read(?:s|ing)?|see|compare(?:d)?|cop(?:y|ied|ying)|taken|borrowed|inspired|(?:like|as|how|same as|similar to|analogous to|unlike|done|seen|shown|described|found|pattern|style|example|way|help)(?: (?:it |that |the ones? )?(?:in|of|from|at))?|tests? (?:for|of)|testing)\b/giu;
const touching =
  /\b(?:in|into|chang(?:e|es|ing)|updat(?:e|es|ing)|extend(?:s|ing)?|edit|fix(?:es)?|refactor|convert|modif(?:y|ies)|at|(?:re-?)?export(?:s|ing|ed)?|expos(?:e|es|ing)|register(?:s|ing)?|remov(?:e|es|ing)|drop(?:s|ping)?|delet(?:e|es|ing)|tak(?:e|es|ing) out|mention(?:s|ing)?|list(?:s|ing)?|hook(?:s|ing)?|wire|wiring|renam(?:e|es|ing))\b/giu;

/**
 * What a task's text does with a path or name in it, judged by the last telling word before it in its sentence. Of
 * several mentions, the one that does most counts.
 */
export function roleOf(text: string, name: string): PathRole {
  const roles = new Set<PathRole>();
  let from = text.indexOf(name);
  for (let mentions = 0; from >= 0 && mentions < 20; mentions += 1) {
    roles.add(roleAt(text.slice(Math.max(0, from - 100), from)));
    from = text.indexOf(name, from + name.length);
  }
  return (['creates', 'touches', 'uses'] as const).find((role) => roles.has(role)) ?? 'touches';
}

/** Whether a sentence of the text asks for a change, in plain words, before it comes to a path or name. */
export function isAskedFor(text: string, name: string): boolean {
  for (let from = text.indexOf(name); from >= 0; from = text.indexOf(name, from + name.length))
    if (asking.test(clauseBefore(text.slice(Math.max(0, from - 100), from)))) return true;
  return false;
}

const asking =
  /\b(?:change|update|extend|edit|fix|refactor|convert|modify|re-?export|expose|register|remove|drop|delete|rename|add|create|introduce|write|generate|extract|implement|move|define)\b/iu;

/** A sentence ends at a stop that white space follows: paths and versions have stops of their own. */
function clauseBefore(before: string): string {
  return before.split(/[.!?;]\s|\n/u).at(-1) ?? '';
}

function roleAt(before: string): PathRole {
  const clause = clauseBefore(before);
  // Where a word ends, so that `like in` counts as a whole.
  const last = (pattern: RegExp): number => {
    const found = [...clause.matchAll(pattern)].at(-1);
    return found === undefined ? -1 : found.index + found[0].length;
  };
  const places = { creates: last(creating), uses: last(using), touches: last(touching) };
  const latest = Math.max(...Object.values(places));
  if (latest < 0) return 'touches';
  if (latest === places.uses) return 'uses';
  if (latest === places.creates) return 'creates';
  // `Add the model in src/cart.js`: the place of what is made.
  return places.creates >= 0 && places.uses < places.creates ? 'creates' : 'touches';
}
