import type { TaskNames } from './task-names.ts';

/** What is known where a reference is read. */
export type ReferencePlace = {
  /** The ordinals of all items, checked ones too, in order. */
  readonly ordinals: readonly number[];
  /** The task that speaks; null in prose. */
  readonly task: number | null;
  /** The ordinal of the last item above. */
  readonly above: number;
  readonly names: TaskNames;
  /** What was spoken of just before: `them`. */
  readonly antecedent?: readonly number[];
  /** Whether some items are issues of the forge, so that `#2` is an issue and no item of the list. */
  readonly hasIssues?: boolean;
  /** The ordinal, where items are read, of the one that a number stands for; left out: that number. */
  readonly itemOf?: (named: number) => number;
};

/** How tasks are referred to: by their numbers, as all above or below, as all others, by place, by name, or as `this`. */
export type ReferenceForm = 'number' | 'above' | 'others' | 'place' | 'name' | 'this';

/** Tasks and issues that a text refers to, and where it goes on. */
export type Reference = {
  readonly ordinals: readonly number[];
  readonly issues: readonly number[];
  readonly form: ReferenceForm;
  readonly length: number;
};

const noun = String.raw`(?:(?:sub-? ?)?tasks?|items?|steps?|points?|bullets?|tickets?|todos?|ones?|things?|changes?|work|PRs?)`;
const number = String.raw`(?:two|three|four|five|six|seven|eight|nine|ten|\d{1,3})`;
const ordinal = String.raw`(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|\d{1,3}(?:st|nd|rd|th)|last|final)`;
const all = String.raw`(?:all|each|every(?: ?one)?|everything|anything|both)`;
const made = String.raw`(?:that (?:is|are|was|were) )?(?:listed |described |mentioned |named |done |made |added )?`;

const anchored = (source: string): RegExp => new RegExp(`^(?:${source})`, 'iu');

const issueNumber = /^#(\d{1,9})\b/u;
const taskNumber =
  /^(?:(?:all |both |of )*(?:the )?)?((?:sub-? ?)?tasks?|items?|steps?|points?|number|no\.) ?#?(\d{1,5})(?: ?(?:-|–|to|through) ?#?(\d{1,5}))?\b(?!\.\d|['’]s\b|%)/iu;
const bareNumber = /^(\d{1,5})(?: ?(?:-|–|to|through) ?#?(\d{1,5}))?\b(?!\.\d|%)/iu;
const numberEnd =
  /^\s*(?:$|(?:[,;.)\]&+/:]|and\b|or\b|(?:is|are|has|have|lands?|can|must|should|will|may|needs?|depends?|comes?|goes?|starts?|waits?|before|after|first|last)\b))/iu;
const joint = /^\s*(?:,\s*(?:and\s+)?|and\s+|&\s*|\+\s*|\/\s*)(?:then\s+(?!\S))?/iu;

const previousOne = anchored(
  String.raw`(?:the )?(?:previous|preceding|prior) ${noun}\b|the (?:one|task|item|step|ticket|change) ${made}(?:directly |right |just |immediately )?(?:above|before)(?: (?:it|this|that|this one))?\b|the above (?:task|item|step|one)\b`,
);
const nextOne = anchored(
  String.raw`the (?:next|following) (?:task|item|step|one)\b|the (?:one|task|item|step) (?:directly |right |just )?below\b`,
);
const everyAbove = anchored(
  String.raw`(?:${all} (?:of )?)?(?:the |these |those )?(?:(${number}) )?(?:${noun} )?${made}above(?: ${noun})?\b`,
);
const everyBelow = anchored(
  String.raw`(?:${all} (?:of )?)?(?:the |these |those )?(?:${noun} )?${made}below\b`,
);
const others = anchored(
  String.raw`(?:(?:all|each|every|any)(?: of)? )?(?:the |these )?other(?:s| (?:${number} )?(?:sub-?)?(?:tasks|items|steps|ones|changes|tickets|points|task|item|step)| work)\b|the rest\b(?: of (?:the |these |those |it|them)?(?:${noun})?)?|(?:every|any)thing else\b|all else\b|(?:all )?(?:the )?remaining (?:${number} )?${noun}\b`,
);
const everyTask = anchored(
  String.raw`(?:all|each|every)(?: of)?(?: the| these| those)?(?: ${number})? (?:other )?(?:sub-? ?)?(?:tasks?|items?|steps?|tickets?)\b|(?:all|each|both) of (?:them|these|those)\b|(?:them|these|those) all\b|all (?:that|this)\b`,
);
const everything =
  /^(?:everything|all|they|these|those)\b(?=\s*(?:$|[,;.)]|(?:is|are|has|have|lands?)\b))/iu;
const someAtEnd = anchored(String.raw`(?:the )?(first|last|final) (${number})(?: ${noun})?\b`);
const placed = anchored(
  String.raw`(?:the )?(${ordinal})((?: ?(?:,|and|or|&) ?(?:the )?${ordinal})*)(?: (${noun}))?\b`,
);
const thisOne =
  /^(?:this|that)(?: (?:one|task|item|step|work|change))?\b(?=\s*(?:$|[,;.)]|first\b|to be\b|(?:is|are|has)\b))/iu;
const quoted = /^["“”«'*_`]{1,3}([^"”»*`\n]{3,200}?)["”»'*_`]{1,3}/u;
const namedTask =
  /^(the |our |that )?((?:[\p{L}\p{N}`./_'’+-]{1,60} ){1,5}?)(tasks?|items?|tickets?|steps?|ones?|PRs?|work|changes?|part|sub-?tasks?)\b/iu;

const spokenOf = /\b(?:them|they|these|those)\b/iu;

/** After `all of the above` and `the last step`, words that do not make it speak of something else. */
const goesOn =
  /^\s*(?:$|[^\s\p{L}\p{N}]|(?:and|or|but|so|to|is|are|was|were|has|have|had|with|when|once|as|at|by|for|then|plus|first|before|after|lands?|together|must|should|can|will|needs?|depends?|too|also|goes|comes|because|since|if|into|requires?|waits?|builds?|only|does|do|relies|rely)\b)/iu;

/** Reads a list of references at the beginning of a text; null when there is none. */
export function readReferences(
  text: string,
  place: ReferencePlace,
  mayBeBare = false,
): Reference | null {
  const first = readOne(text, place, mayBeBare);
  if (first === null) return null;
  const ordinals = [...first.ordinals];
  const issues = [...first.issues];
  let { length } = first;
  for (let isBare = mayBeBare || first.form === 'number'; ;) {
    const join = joint.exec(text.slice(length, length + 300));
    if (join === null) break;
    const next = readOne(text.slice(length + join[0].length), place, isBare);
    if (next === null) break;
    ordinals.push(...next.ordinals);
    issues.push(...next.issues);
    length += join[0].length + next.length;
    isBare ||= next.form === 'number';
  }
  return {
    form: first.form,
    ordinals: [...new Set(ordinals)],
    issues: [...new Set(issues)],
    length,
  };
}

type One = (text: string, place: ReferencePlace) => Reference | null;

function readOne(given: string, place: ReferencePlace, mayBeBare: boolean): Reference | null {
  const text = given.slice(0, 300);
  for (const read of [byNumber, byPlace, byGroup, byName]) {
    const found = read(text, place);
    if (found !== null) return found;
  }
  const bare = mayBeBare ? bareNumber.exec(text) : null;
  if (bare === null || !numberEnd.test(text.slice(bare[0].length))) return null;
  return known(range(bare[1], bare[2], place), 'number', bare[0].length);
}

const byNumber: One = (text, place) => {
  const { ordinals, task: speaker, hasIssues = true, itemOf = asItIs } = place;
  const issue = issueNumber.exec(text);
  const item = itemOf(Number(issue?.[1]));
  // Prose around a list that names no issue speaks of its items: `#2 has to land before #4`.
  if (issue !== null && speaker === null && !hasIssues && ordinals.includes(item))
    return known([item], 'number', issue[0].length);
  if (issue !== null)
    return { ordinals: [], issues: [Number(issue[1])], form: 'number', length: issue[0].length };
  const task = taskNumber.exec(text);
  if (task === null) return null;
  const isOfAnother =
    !/task/iu.test(task[1] ?? '') && /^ (?:of|in)\b/u.test(text.slice(task[0].length));
  return isOfAnother ? null : known(range(task[2], task[3], place), 'number', task[0].length);
};

const byPlace: One = (text, { ordinals, above, task }) => {
  const here = task === null ? above + 1 : task;
  // Prose has no place among the tasks.
  const previous = task === null ? null : previousOne.exec(text);
  if (previous !== null && isWhole(text, previous))
    return known(ordinals.filter((each) => each < here).slice(-1), 'place', previous[0].length);
  const next = task === null ? null : nextOne.exec(text);
  if (next !== null && isWhole(text, next))
    return known(
      ordinals.filter((each) => each > (task ?? above)).slice(0, 1),
      'place',
      next[0].length,
    );
  const some = someAtEnd.exec(text);
  if (some !== null && isWhole(text, some)) {
    const count = numberOf(some[2] ?? '');
    const found = /first/iu.test(some[1] ?? '') ? ordinals.slice(0, count) : ordinals.slice(-count);
    return known(found, 'place', some[0].length);
  }
  const at = placed.exec(text);
  if (at === null || !isWhole(text, at)) return null;
  // `the first` alone is the first of whatever was spoken of; `work`, `thing` and `change` are not places.
  if (!/task|item|step|point|bullet|ticket|one/iu.test(at[3] ?? '')) return null;
  const places = [at[1] ?? '', ...(at[2] ?? '').split(/ ?(?:,|\band\b|\bor\b|&) ?(?:the )?/iu)];
  return known(
    places.filter((word) => word !== '').flatMap((word) => placeOf(word.trim(), ordinals)),
    'place',
    at[0].length,
  );
};

const byGroup: One = (text, { ordinals, above, task, antecedent = [] }) => {
  const isOther = (each: number): boolean => each !== task;
  const before = task === null ? above + 1 : task;
  const up = everyAbove.exec(text);
  if (up !== null && !/^above/iu.test(up[0]) && isWhole(text, up)) {
    const found = ordinals.filter((each) => each < before);
    const some = up[1] === undefined ? found : found.slice(-numberOf(up[1]));
    return known(some, 'above', up[0].length);
  }
  const down = everyBelow.exec(text);
  if (down !== null && !/^below/iu.test(down[0]) && isWhole(text, down))
    return known(
      ordinals.filter((each) => each > (task ?? above)),
      'above',
      down[0].length,
    );
  const rest = others.exec(text);
  if (rest !== null && isWhole(text, rest))
    return known(ordinals.filter(isOther), 'others', rest[0].length);
  const every = everyTask.exec(text) ?? everything.exec(text);
  if (every === null || !isWhole(text, every)) return null;
  if (antecedent.length > 0 && spokenOf.test(every[0]))
    return known(antecedent, 'others', every[0].length);
  const up2 = ordinals.filter((each) => each < before);
  // `all of them`, said by a task, are those that were read before it.
  const isBackwards =
    task !== null &&
    up2.length > 0 &&
    !/^(?:all|each|every) (?:sub|task|item|step)/iu.test(every[0]);
  return known(isBackwards ? up2 : ordinals.filter(isOther), 'others', every[0].length);
};

const byName: One = (text, { task, names }) => {
  const own = thisOne.exec(text);
  if (own !== null && task !== null) return known([task], 'this', own[0].length);
  const title = quoted.exec(text);
  const meant = title === null ? null : names.byTitle(title[1] ?? '');
  if (title !== null && meant !== null) return known([meant], 'name', title[0].length);
  const part = namedTask.exec(text);
  if (part === null || (part[1] === undefined && !/^(?:sub-?)?task/iu.test(part[3] ?? '')))
    return null;
  const found = names.byPart(part[2] ?? '', task);
  return found === null ? null : known([found], 'name', part[0].length);
};

function isWhole(text: string, found: RegExpExecArray): boolean {
  return goesOn.test(text.slice(found[0].length));
}

function known(ordinals: readonly number[], form: ReferenceForm, length: number): Reference {
  return { ordinals, issues: [], form, length };
}

function range(
  first: string | undefined,
  last: string | undefined,
  { itemOf = asItIs }: Pick<ReferencePlace, 'itemOf'>,
): number[] {
  const from = Number(first);
  const to = last === undefined ? from : Number(last);
  return Array.from({ length: Math.min(Math.max(0, to - from) + 1, 500) }, (_, step) =>
    itemOf(from + step),
  );
}

function asItIs(named: number): number {
  return named;
}

const numbers = [
  'zero',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
];
const places = [
  'first',
  'second',
  'third',
  'fourth',
  'fifth',
  'sixth',
  'seventh',
  'eighth',
  'ninth',
  'tenth',
];

function numberOf(word: string): number {
  const at = numbers.indexOf(word.toLowerCase());
  return at >= 0 ? at : Number(word);
}

function placeOf(word: string, ordinals: readonly number[]): number[] {
  const lower = word.toLowerCase();
  if (lower === 'last' || lower === 'final') return ordinals.slice(-1);
  const at = places.indexOf(lower);
  const place = at >= 0 ? at + 1 : Number.parseInt(lower, 10);
  return ordinals.filter((each) => each === place);
}
