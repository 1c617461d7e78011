import type { NotificationSink, QuietHours } from '../notification/sink.ts';
import { amount, flag, list, orNull, text as textShape, type Shape } from '../event/value-shape.ts';

/** What a text must look like, and the words for one that does not. */
type TextRule = { readonly pattern: RegExp; readonly why: string };

/**
 * What the value of an option may be, as data. How the command line, the configuration and MCP read it, and how a
 * printed command and a journal hold it, follows from its kind.
 */
export type ValueKind =
  | { readonly kind: 'switch' }
  | {
      readonly kind: 'text';
      readonly rule?: TextRule;
      /** In the configuration; absent: it must not be empty. */
      readonly isEmptyAllowed?: boolean;
    }
  /** Given once for each. */
  | { readonly kind: 'texts'; readonly rule?: TextRule }
  /** Names of variables, given once for each. */
  | { readonly kind: 'names' }
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
  /** A whole number above 0. */
  | { readonly kind: 'count' }
  /** A whole number from 0. */
  | { readonly kind: 'whole'; readonly most: number }
  /** A number above 0. */
  | { readonly kind: 'amount' }
  /** From 0 to 100. */
  | { readonly kind: 'percent' }
  /** A command line also takes `30m` or `2h`. */
  | { readonly kind: 'seconds'; readonly isZeroAllowed?: boolean }
  /** Numbers of tasks. */
  | { readonly kind: 'ordinals' }
  /** Groups of them, one after the other. */
  | { readonly kind: 'batches' }
  /** Agents by the ordinals of their tasks. */
  | { readonly kind: 'agents' }
  /** Where notifications go. */
  | { readonly kind: 'sinks' }
  /** Hours of the day. */
  | { readonly kind: 'quiet' };

/** What a command line can give. */
export type FlagKind = Exclude<ValueKind, { readonly kind: 'agents' | 'sinks' | 'quiet' }>;

/** The types of the values. */
type Values = {
  readonly switch: boolean;
  readonly text: string;
  readonly texts: readonly string[];
  readonly names: readonly string[];
  readonly choice: string;
  readonly count: number;
  readonly whole: number;
  readonly amount: number;
  readonly percent: number;
  readonly seconds: number;
  readonly ordinals: readonly number[];
  readonly batches: readonly (readonly number[])[];
  readonly agents: Readonly<Record<string, string>>;
  readonly sinks: readonly NotificationSink[];
  readonly quiet: QuietHours;
};

/** The type of a value of this kind. */
export type ValueOf<Kind extends ValueKind> = Kind extends {
  readonly choices: readonly (infer Choice)[];
}
  ? Choice
  : Values[Kind['kind']];

/** The same, or what stands for "not given" where all is written down: `false`, an empty list, else null. */
export type GivenValue<Kind extends FlagKind> = Kind['kind'] extends keyof typeof empty
  ? ValueOf<Kind>
  : ValueOf<Kind> | null;

/** What stands for "not given", where that is not null. */
const empty = { switch: false, texts: [], names: [], ordinals: [], batches: [] } as const;

/** What stands for "not given" in a journal. */
export function nothingOf({ kind }: FlagKind): unknown {
  return kind in empty ? empty[kind as keyof typeof empty] : null;
}

/** Whether a value stands for "not given"; one that a journal does not have does, too. */
export function isNothing(kind: FlagKind, value: unknown): boolean {
  if (value === undefined || value === null) return true;
  return Array.isArray(value) ? value.length === 0 : kind.kind === 'switch' && value === false;
}

type Writers = {
  readonly [Kind in FlagKind['kind']]: (value: Values[Kind]) => readonly string[];
};

/** What stands after the flag, once for each use of it; a switch has nothing there. */
const writers: Writers = {
  switch: () => [''],
  text: (value) => [value],
  texts: (values) => values,
  names: (values) => values,
  choice: (value) => [value],
  count: (value) => [String(value)],
  whole: (value) => [String(value)],
  amount: (value) => [String(value)],
  percent: (value) => [String(value)],
  seconds: (value) => [String(value)],
  ordinals: (values) => [values.join(',')],
  batches: (groups) => [groups.map((group) => group.join(',')).join(';')],
};

/** The words that give a value, so that a command line reads the same value from them; none for "not given". */
export function wordsFor(
  { flag: name, kind }: { readonly flag: string; readonly kind: FlagKind },
  value: unknown,
): readonly string[] {
  if (isNothing(kind, value)) return [];
  const write = writers[kind.kind] as (value: unknown) => readonly string[];
  return write(value).flatMap((word) => (kind.kind === 'switch' ? [name] : [name, word]));
}

const shapes: { readonly [Kind in FlagKind['kind']]: Shape } = {
  ...{ switch: flag, text: textShape, texts: list(textShape), names: list(textShape) },
  // A choice that this version does not know yet is no damage.
  ...{ choice: textShape, count: amount, whole: amount, amount, percent: amount, seconds: amount },
  ...{ ordinals: list(amount), batches: list(list(amount)) },
};

/** The shape of a value, or of what stands for "not given", as a journal has it; older ones lack it. */
export function shapeOf({ kind }: FlagKind): Shape {
  const shape = orNull(shapes[kind]);
  return (value) => value === undefined || shape(value);
}
