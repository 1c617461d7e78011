import { InvalidArgumentError } from 'commander';
import { longestSeconds } from '../../model/options/longest-duration.ts';
import type { FlagKind, ValueOf } from '../../model/options/value-kind.ts';

/** Reads `1800`, `90s`, `30m` or `2h` as seconds. */
export function parseDuration(text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(s|m|h)?$/u.exec(text.trim()) ?? [];
  const value = Number(amount) * { s: 1, m: 60, h: 3600 }[unit ?? 's']!;
  if (amount === undefined || value <= 0)
    throw new InvalidArgumentError('Give seconds, or a figure with s, m or h: 1800, 30m, 2h.');
  if (value > longestSeconds)
    throw new InvalidArgumentError(
      `That is longer than can be timed: give ${longestSeconds} seconds (596h) at most.`,
    );
  return value;
}

/** Reads a whole number above zero. */
export function parseCount(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError('Give a whole number above 0.');
  return value;
}

/** Reads the number of a port. */
export function parsePort(text: string): number {
  const value = /^\d+$/u.test(text) ? Number(text) : 0;
  if (value < 1 || value > 65_535)
    throw new InvalidArgumentError('Give a whole number from 1 to 65535.');
  return value;
}

/** Gathers whole numbers above zero. */
export function collectCounts(
  text: string,
  before: readonly number[] | undefined,
): readonly number[] {
  return [...(before ?? []), parseCount(text)];
}

/** Gathers what an option says that may be given again. */
export function collectTexts(
  text: string,
  before: readonly string[] | undefined,
): readonly string[] {
  return [...(before ?? []), text];
}

/** Reads a whole number, zero included, up to ten. */
export function parseWhole(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isInteger(value) || value < 0 || value > 10)
    throw new InvalidArgumentError('Give a whole number from 0 to 10.');
  return value;
}

/** Reads an amount above zero. */
export function parseAmount(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0)
    throw new InvalidArgumentError('Give a figure above 0.');
  return value;
}

/** Reads a share in percent. */
export function parsePercent(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0 || value > 100)
    throw new InvalidArgumentError('Give a figure from 0 to 100.');
  return value;
}

/** Reads `1,2,5-7` as ordinals. */
export function parseOrdinals(text: string): readonly number[] {
  const ordinals = text.split(',').flatMap((part) => {
    const [, first, last] = /^\s*(\d+)(?:\s*-\s*(\d+))?\s*$/u.exec(part) ?? [];
    const from = Number(first);
    const to = last === undefined ? from : Number(last);
    if (first === undefined || from < 1 || to < from || to - from > 10_000)
      throw new InvalidArgumentError('Give task numbers: 1,2,5-7.');
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
  return [...new Set(ordinals)].toSorted((one, other) => one - other);
}

/** Reads `1,2,4,5;3` as batches of ordinals. */
export function parseBatches(text: string): readonly (readonly number[])[] {
  const batches = text.split(';').map((part) => parseOrdinals(part));
  const ordinals = batches.flat();
  if (new Set(ordinals).size < ordinals.length)
    throw new InvalidArgumentError('A task can be in one batch only.');
  return batches;
}

/** Collects an option that may be given several times. */
export function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

/** Gathers what is given more than once; each is the name of a variable, whose value is the environment's own. */
export function collectNames(
  name: string,
  before: readonly string[] | undefined,
): readonly string[] {
  if (!/^[A-Za-z_]\w*$/u.test(name))
    throw new InvalidArgumentError(
      'Give the name of a variable alone: its value is taken from your environment.',
    );
  return collect(name, before);
}

/** Reads the value of an option; `before` is what was read where it is given more than once. */
export type Reader<Value> = (text: string, before: Value) => Value;

/** How each kind of value is read; null: as it is, or not at all. Choices are commander's own. */
export const valueReaders: {
  readonly [Kind in Exclude<FlagKind['kind'], 'choice'>]: Reader<
    ValueOf<Extract<FlagKind, { readonly kind: Kind }>>
  > | null;
} = {
  switch: null,
  text: null,
  texts: collect,
  names: collectNames,
  count: parseCount,
  whole: parseWhole,
  amount: parseAmount,
  percent: parsePercent,
  seconds: parseDuration,
  ordinals: parseOrdinals,
  batches: parseBatches,
};
